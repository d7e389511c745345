package dev.relevo.cli.console;

import dev.relevo.report.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How a problem is told: root cause, evidence, what to do, where to read more. */
public final class ProblemText {
    private ProblemText() {}

    public static List<String> lines(Problem problem, boolean colours) {
        List<String> lines = new ArrayList<>();
        String[] summary = problem.summary().split("\\R", -1);
        lines.add(Style.RED.apply("error " + problem.code().id() + ":", colours) + " " + summary[0]);
        for (int i = 1; i < summary.length; i++) {
            lines.add("  " + summary[i]);
        }
        problem.details().forEach(detail -> detail.lines().forEach(line -> lines.add("  " + line)));
        problem.remedy().ifPresent(remedy -> lines.add(Style.BOLD.apply("what to do:", colours) + " " + remedy));
        lines.add("see docs/errors.md#" + problem.code().id().toLowerCase(Locale.ROOT));
        return lines;
    }
}
