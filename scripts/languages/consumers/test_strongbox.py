"""What a user of Python tests, and what mistakes say."""
import json
import os

import pytest
from aws_cdk import App, Stack, Validations
from aws_cdk import aws_s3 as s3

from cdk_s3_strongbox import BucketTlsOnly, Guarantee, Proof, Replication, SecureBucket, StrongboxChecks

with open(os.environ["STRONGBOX_SENTENCES"], encoding="utf8") as file:
    SENTENCES: dict[str, str] = json.load(file)


def test_a_secure_bucket_is_proved() -> None:
    stack = Stack(App(), "Safe")
    SecureBucket(stack, "Documents")
    Proof.of_stack(stack).holds(Guarantee.tls_only())


def test_an_unsafe_bucket_fails_with_the_sentence_of_typescript() -> None:
    stack = Stack(App(), "Unsafe")
    s3.Bucket(stack, "Plain")
    with pytest.raises(RuntimeError) as failure:
        Proof.of_stack(stack).holds(Guarantee.tls_only())
    assert SENTENCES["unsafe"] in str(failure.value)


def test_a_control_hardens_an_existing_bucket() -> None:
    stack = Stack(App(), "Hardened")
    s3.Bucket(stack, "Plain").with_(BucketTlsOnly())
    Proof.of_stack(stack).holds(Guarantee.tls_only())


def test_strongbox_checks_fail_the_synthesis_of_an_unsafe_bucket() -> None:
    app = App()
    Validations.of(app).add_plugins(StrongboxChecks())
    s3.Bucket(Stack(app, "Unsafe"), "Plain")
    with pytest.raises(RuntimeError, match="(?i)validation"):
        app.synth()


def test_a_mistake_is_told_in_the_sentence_of_typescript() -> None:
    with pytest.raises(RuntimeError) as failure:
        Replication.none("")
    assert SENTENCES["noReason"] in str(failure.value)
