// Package tests has what a user of Go tests, and what mistakes say.
package tests

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdk-s3-strongbox/cdk-s3-strongbox-go/strongbox"
)

// failure is what a mistake panics with.
func failure(t *testing.T, mistake func()) (message string) {
	t.Helper()
	defer func() {
		message = fmt.Sprint(recover())
	}()
	mistake()
	return
}

func expectSentence(t *testing.T, name string, mistake func()) {
	t.Helper()
	text, err := os.ReadFile(os.Getenv("STRONGBOX_SENTENCES"))
	if err != nil {
		t.Fatal(err)
	}
	var sentences map[string]string
	if err := json.Unmarshal(text, &sentences); err != nil {
		t.Fatal(err)
	}
	if message := failure(t, mistake); !strings.Contains(message, sentences[name]) {
		t.Errorf("got %q, want %q", message, sentences[name])
	}
}

func newStack(id string) awscdk.Stack {
	return awscdk.NewStack(awscdk.NewApp(nil), jsii.String(id), nil)
}

func TestSecureBucketIsProved(t *testing.T) {
	stack := newStack("Safe")
	strongbox.NewSecureBucket(stack, jsii.String("Documents"), nil)
	strongbox.Proof_OfStack(stack, nil).Holds(strongbox.Guarantee_TlsOnly(), nil)
}

func TestUnsafeBucketFailsWithTheSentenceOfTypeScript(t *testing.T) {
	stack := newStack("Unsafe")
	awss3.NewBucket(stack, jsii.String("Plain"), nil)
	expectSentence(t, "unsafe", func() { strongbox.Proof_OfStack(stack, nil).Holds(strongbox.Guarantee_TlsOnly(), nil) })
}

func TestControlHardensAnExistingBucket(t *testing.T) {
	stack := newStack("Hardened")
	awss3.NewBucket(stack, jsii.String("Plain"), nil).With(strongbox.NewBucketTlsOnly())
	strongbox.Proof_OfStack(stack, nil).Holds(strongbox.Guarantee_TlsOnly(), nil)
}

func TestStrongboxChecksFailTheSynthesisOfAnUnsafeBucket(t *testing.T) {
	app := awscdk.NewApp(nil)
	awscdk.Validations_Of(app).AddPlugins(strongbox.NewStrongboxChecks(nil))
	awss3.NewBucket(awscdk.NewStack(app, jsii.String("Unsafe"), nil), jsii.String("Plain"), nil)
	if message := failure(t, func() { app.Synth(nil) }); !strings.Contains(strings.ToLower(message), "validation") {
		t.Errorf("got %q", message)
	}
}

func TestMistakeIsToldInTheSentenceOfTypeScript(t *testing.T) {
	expectSentence(t, "noReason", func() { strongbox.Replication_None(jsii.String("")) })
}
