import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.cdks3strongbox.BucketTlsOnly;
import io.github.cdks3strongbox.Guarantee;
import io.github.cdks3strongbox.Proof;
import io.github.cdks3strongbox.Replication;
import io.github.cdks3strongbox.SecureBucket;
import io.github.cdks3strongbox.StrongboxChecks;
import java.io.File;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.Validations;
import software.amazon.awscdk.services.s3.Bucket;

/** What a user of Java tests, and what mistakes say. */
class StrongboxTest {
    private static String sentence(final String name) throws IOException {
        final JsonNode sentences = new ObjectMapper().readTree(new File(System.getenv("STRONGBOX_SENTENCES")));
        return sentences.get(name).asText();
    }

    private static void expectSentence(final String name, final Runnable mistake) throws IOException {
        final RuntimeException failure = assertThrows(RuntimeException.class, mistake::run);
        assertTrue(failure.getMessage().contains(sentence(name)), failure.getMessage());
    }

    @Test
    void secureBucketIsProved() {
        final Stack stack = new Stack(new App(), "Safe");
        new SecureBucket(stack, "Documents");
        Proof.ofStack(stack).holds(Guarantee.tlsOnly());
    }

    @Test
    void unsafeBucketFailsWithTheSentenceOfTypeScript() throws IOException {
        final Stack stack = new Stack(new App(), "Unsafe");
        new Bucket(stack, "Plain");
        expectSentence("unsafe", () -> Proof.ofStack(stack).holds(Guarantee.tlsOnly()));
    }

    @Test
    void controlHardensAnExistingBucket() {
        final Stack stack = new Stack(new App(), "Hardened");
        new Bucket(stack, "Plain").with(new BucketTlsOnly());
        Proof.ofStack(stack).holds(Guarantee.tlsOnly());
    }

    @Test
    void strongboxChecksFailTheSynthesisOfAnUnsafeBucket() {
        final App app = new App();
        Validations.of(app).addPlugins(new StrongboxChecks());
        new Bucket(new Stack(app, "Unsafe"), "Plain");
        final RuntimeException failure = assertThrows(RuntimeException.class, app::synth);
        assertTrue(failure.getMessage().toLowerCase().contains("validation"), failure.getMessage());
    }

    @Test
    void mistakeIsToldInTheSentenceOfTypeScript() throws IOException {
        expectSentence("noReason", () -> Replication.none(""));
    }
}
