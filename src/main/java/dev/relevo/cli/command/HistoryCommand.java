package dev.relevo.cli.command;

import dev.relevo.cli.console.Table;
import dev.relevo.deploy.release.ReleaseRecord;
import dev.relevo.deploy.release.ReleaseSpec;
import dev.relevo.pipeline.StepResult;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** The releases that the cluster remembers. */
@Command(name = "history", description = "Lists the releases that the cluster remembers, the newest first.")
final class HistoryCommand implements Callable<Integer> {
    private final Session session;

    HistoryCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        try (Workbench bench = Workbench.withRunningTarget(session)) {
            List<ReleaseRecord> records =
                    new ArrayList<>(Releases.service(bench).history(Releases.app(bench)));
            Collections.reverse(records);
            if (session.json()) {
                session.printJson(records.stream().map(HistoryCommand::document).toList());
                return 0;
            }
            boolean grouped =
                    records.stream().anyMatch(record -> record.release().group().isPresent());
            Table table = grouped
                    ? new Table("RELEASE", "STATUS", "BEGUN", "STRATEGY", "COMMIT", "GROUP", "IMAGE")
                    : new Table("RELEASE", "STATUS", "BEGUN", "STRATEGY", "COMMIT", "IMAGE");
            for (ReleaseRecord record : records) {
                ReleaseSpec spec = record.release().spec();
                List<String> cells = new ArrayList<>(List.of(
                        Integer.toString(record.number()),
                        record.status().word(),
                        record.release()
                                .createdAt()
                                .truncatedTo(ChronoUnit.SECONDS)
                                .toString(),
                        spec.strategy().written() + (spec.incompatible() ? " (incompatible)" : ""),
                        spec.revision().map(Releases::brief).orElse("")));
                if (grouped) {
                    cells.add(record.release().group().orElse(""));
                }
                cells.add(spec.image());
                table.row(cells.toArray(String[]::new));
            }
            session.print(table.lines());
        }
        return 0;
    }

    private static Map<String, Object> document(ReleaseRecord record) {
        ReleaseSpec spec = record.release().spec();
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("release", record.number());
        document.put("status", record.status().word());
        document.put("createdAt", record.release().createdAt().toString());
        document.put("strategy", spec.strategy().written());
        document.put("schema", spec.schema().written());
        document.put("revision", spec.revision());
        document.put("committedAt", spec.committedAt().map(Instant::toString));
        document.put("image", spec.image());
        document.put("configHash", spec.configHash());
        document.put("group", record.release().group());
        document.put(
                "hooks", record.hooks().stream().map(StepResult.HookRun::of).toList());
        return document;
    }
}
