package dev.relevo.cli.command;

import dev.relevo.cluster.ObjectRef;
import dev.relevo.config.LoadedGroup;
import dev.relevo.deploy.AppStatus;
import dev.relevo.deploy.release.ReleaseRecord;
import dev.relevo.deploy.release.Workload;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** How an app stands in the cluster. */
@Command(
        name = "status",
        description = "Says which release serves, how many pods are available, and where traffic goes.")
final class StatusCommand implements Callable<Integer> {
    private final Session session;

    @Mixin
    private final GroupOption group = new GroupOption();

    StatusCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        group.group(session).ifPresentOrElse(this::tellTogether, this::tellAlone);
        return 0;
    }

    private void tellAlone() {
        try (Workbench bench = Workbench.withRunningTarget(session)) {
            Map<String, String> lines = lines(bench);
            if (session.json()) {
                session.printJson(lines);
            } else {
                print(lines);
            }
        }
    }

    private void tellTogether(LoadedGroup together) {
        try (GroupBench bench = GroupBench.open(session, together, false)) {
            Map<String, Map<String, String>> members = new LinkedHashMap<>();
            bench.places().forEach(place -> members.put(place.name(), lines(place.bench())));
            if (session.json()) {
                Map<String, Object> document = new LinkedHashMap<>();
                document.put("group", together.name());
                document.put("members", members);
                session.printJson(document);
                return;
            }
            print(Map.of("group", together.name()));
            members.forEach((name, lines) -> {
                session.print("");
                print(Map.of("member", name));
                print(lines);
            });
        }
    }

    private void print(Map<String, String> lines) {
        lines.forEach((name, value) -> session.print(String.format(Locale.ROOT, "%-10s %s", name, value)));
    }

    private static Map<String, String> lines(Workbench bench) {
        Optional<AppStatus> status = Releases.service(bench).status(Releases.app(bench));
        return status.map(StatusCommand::lines).orElseGet(() -> {
            Map<String, String> none = new LinkedHashMap<>();
            none.put("app", Releases.app(bench).toString());
            none.put("release", "none; it was never deployed there");
            return none;
        });
    }

    private static Map<String, String> lines(AppStatus status) {
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put("app", status.app().toString());
        lines.put("release", status.deployed().map(StatusCommand::release).orElse("none"));
        status.deployed()
                .ifPresent(record -> lines.put("image", record.release().spec().image()));
        status.pending().ifPresent(record -> lines.put("pending", release(record)));
        lines.put("workload", status.workload().map(StatusCommand::workload).orElse("none"));
        status.candidate().ifPresent(candidate -> lines.put("candidate", workload(candidate)));
        lines.put("traffic", status.traffic().name().toLowerCase(Locale.ROOT));
        lines.put(
                "endpoints",
                status.endpoints().entrySet().stream()
                        .map(entry -> entry.getKey() + " " + entry.getValue())
                        .sorted()
                        .collect(Collectors.joining(", ")));
        status.lockedBy().ifPresent(holder -> lines.put("locked", holder));
        status.asked().ifPresent(ask -> lines.put("asked", ask.sentence()));
        status.waits().ifPresent(what -> lines.put("waits", what));
        if (!status.line().isEmpty()) {
            lines.put("in line", String.join(", ", status.line()));
        }
        lines.put("steady", status.steady() ? "yes" : "no");
        return lines;
    }

    private static String release(ReleaseRecord record) {
        List<String> parts = new ArrayList<>();
        parts.add(record.status().word());
        parts.add("begun " + record.release().createdAt().truncatedTo(ChronoUnit.SECONDS));
        parts.add(record.release().spec().strategy().written());
        record.release().group().ifPresent(group -> parts.add("with " + group));
        record.release().spec().revision().ifPresent(revision -> parts.add("commit " + Releases.brief(revision)));
        return record.number() + " (" + String.join(", ", parts) + ")";
    }

    private static String workload(Workload workload) {
        ObjectRef ref = workload.object().ref();
        return ref.kind().name() + "/" + ref.name() + ": " + workload.available() + "/" + workload.desired()
                + " available";
    }
}
