import static io.trino.testing.TestingSession.testSessionBuilder;

import io.trino.plugin.hive.HivePlugin;
import io.trino.spi.type.TimeZoneKey;
import io.trino.testing.DistributedQueryRunner;
import java.util.Map;

/** A Trino coordinator in this process whose Hive connector asks the given endpoint for its Glue catalog and its objects; runs until its input ends. */
public final class Engine {
    public static void main(String[] arguments) throws Exception {
        String endpoint = arguments[0];
        String region = arguments[1];
        var session = testSessionBuilder().setCatalog("awsdatacatalog").setTimeZoneKey(TimeZoneKey.UTC_KEY).build();
        try (var runner = DistributedQueryRunner.builder(session).setWorkerCount(0).build()) {
            runner.installPlugin(new HivePlugin());
            runner.createCatalog("awsdatacatalog", "hive", Map.ofEntries(
                    Map.entry("hive.metastore", "glue"),
                    Map.entry("hive.metastore.glue.endpoint-url", endpoint),
                    Map.entry("hive.metastore.glue.region", region),
                    Map.entry("hive.metastore.glue.aws-access-key", "none"),
                    Map.entry("hive.metastore.glue.aws-secret-key", "none"),
                    Map.entry("fs.native-s3.enabled", "true"),
                    Map.entry("s3.endpoint", endpoint),
                    Map.entry("s3.region", region),
                    Map.entry("s3.path-style-access", "true"),
                    Map.entry("s3.aws-access-key", "none"),
                    Map.entry("s3.aws-secret-key", "none"),
                    Map.entry("hive.partition-projection-enabled", "true"),
                    // Athena always reads folders below the location of a table.
                    Map.entry("hive.recursive-directories", "true"),
                    Map.entry("hive.table-statistics-enabled", "false")));
            System.err.println("listening " + runner.getCoordinator().getBaseUrl());
            while (System.in.read() != -1) {
                // The parent keeps the input open for as long as it asks.
            }
        }
        System.exit(0);
    }
}
