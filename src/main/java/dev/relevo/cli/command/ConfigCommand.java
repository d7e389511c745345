package dev.relevo.cli.command;

import dev.relevo.cli.console.Masker;
import dev.relevo.cli.console.Table;
import dev.relevo.config.LoadedConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Looks at the configuration. */
@Command(
        name = "config",
        synopsisSubcommandLabel = "COMMAND",
        description = "Shows the configuration that holds, or its schema.",
        subcommands = {ConfigCommand.Explain.class, ConfigCommand.Schema.class})
final class ConfigCommand {
    /** Every value and where it was said. */
    @Command(name = "explain", description = "Prints every value and where it comes from.")
    static final class Explain implements Callable<Integer> {
        /** The sections whose keys the project chooses itself. */
        private static final Set<String> FREE_KEYS = Set.of("env", "args", "values", "headers");

        private final Session session;

        @Parameters(arity = "0..1", paramLabel = "KEY", defaultValue = "", description = "Only this key or section.")
        private String key = "";

        Explain(Session session) {
            this.session = session;
        }

        @Override
        public Integer call() {
            LoadedConfig loaded = session.load();
            List<LoadedConfig.Value> values = loaded.values().stream()
                    .filter(value -> key.isEmpty()
                            || value.key().toString().equals(key)
                            || value.key().toString().startsWith(key + "."))
                    .toList();
            if (session.json()) {
                List<Map<String, String>> entries = new ArrayList<>();
                for (LoadedConfig.Value value : values) {
                    Map<String, String> entry = new LinkedHashMap<>();
                    entry.put("key", value.key().toString());
                    entry.put("value", shown(value));
                    entry.put("origin", value.origin().describe());
                    entries.add(entry);
                }
                session.printJson(entries);
            } else {
                Table table = new Table("KEY", "VALUE", "FROM");
                values.forEach(value -> table.row(
                        value.key().toString(), shown(value), value.origin().describe()));
                session.print(table.lines(session.streams().outputColumns()));
            }
            return 0;
        }

        private static String shown(LoadedConfig.Value value) {
            boolean free = FREE_KEYS.contains(value.key().parent().last());
            return free && Masker.isSecretName(value.key().last()) ? Masker.MASK : value.value();
        }
    }

    /** The published schema. */
    @Command(name = "schema", description = "Prints the JSON Schema of relevo.yaml.")
    static final class Schema implements Callable<Integer> {
        private final Session session;

        @Option(names = "--group", description = "That of groups' files instead.")
        private boolean group;

        Schema(Session session) {
            this.session = session;
        }

        @Override
        public Integer call() throws IOException {
            session.print((group ? SchemaFile.textOfGroups() : SchemaFile.text()).stripTrailing());
            return 0;
        }
    }
}
