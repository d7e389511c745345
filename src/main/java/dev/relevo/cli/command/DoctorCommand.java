package dev.relevo.cli.command;

import dev.relevo.cli.console.Table;
import dev.relevo.config.LoadedConfig;
import dev.relevo.report.ExitCode;
import dev.relevo.report.RelevoException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Looks for what would make a later step fail. */
@Command(
        name = "doctor",
        description = "Checks tools, configuration, registry and cluster, and says what to do about what is missing.")
final class DoctorCommand implements Callable<Integer> {
    private final Session session;

    DoctorCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        List<Check> checks = new ArrayList<>(ToolChecks.all(session.project(), session.variables()));
        Optional<LoadedConfig> loaded = configuration(checks);
        loaded.ifPresent(config -> checks.addAll(TargetChecks.all(config, session)));
        checks.replaceAll(check -> check.calledAs(session.streams().called()));
        if (session.json()) {
            List<Map<String, String>> entries = new ArrayList<>();
            for (Check check : checks) {
                Map<String, String> entry = new LinkedHashMap<>();
                entry.put("check", check.name());
                entry.put("state", check.state().word());
                entry.put("found", check.found());
                entry.put("remedy", check.remedy());
                entries.add(entry);
            }
            session.printJson(entries);
        } else {
            Table table = new Table("CHECK", "STATE", "FOUND");
            checks.forEach(check -> table.row(check.name(), check.state().word(), check.found()));
            session.print(table.lines(session.streams().outputColumns()));
            checks.stream()
                    .filter(check -> !check.remedy().isEmpty())
                    .forEach(check -> session.print(check.name() + ": what to do: " + check.remedy()));
        }
        boolean healthy = checks.stream().noneMatch(check -> check.state() == Check.State.PROBLEM);
        return (healthy ? ExitCode.DONE : ExitCode.DOCTOR_FOUND_PROBLEMS).number();
    }

    private Optional<LoadedConfig> configuration(List<Check> checks) {
        try {
            LoadedConfig loaded = session.load();
            checks.add(Check.ok(
                    "relevo.yaml",
                    loaded.config().app() + ", environment "
                            + loaded.config().environment().name()));
            return Optional.of(loaded);
        } catch (RelevoException e) {
            checks.add(Check.problem("relevo.yaml", e.problem()));
            return Optional.empty();
        }
    }
}
