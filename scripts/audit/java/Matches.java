import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import software.amazon.event.ruler.Ruler;

/** Reads lines of JSON with a pattern and an event, and answers each with true or false, as EventBridge matches them. */
public final class Matches {
    public static void main(String[] arguments) throws Exception {
        var json = new ObjectMapper();
        var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            var question = json.readTree(line);
            System.out.println(Ruler.matchesRule(question.get("event").toString(), question.get("pattern").toString()));
        }
    }
}
