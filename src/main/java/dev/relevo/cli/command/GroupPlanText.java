package dev.relevo.cli.command;

import dev.relevo.deploy.plan.GroupPlan;
import dev.relevo.deploy.plan.Operation;
import dev.relevo.deploy.plan.Plan;
import dev.relevo.deploy.plan.Stage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The plan of a group as it is shown.
 *
 * @param places the members in the order of the plan's parts
 */
record GroupPlanText(String group, GroupPlan plan, List<GroupBench.Place> places) {
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("group " + group);
        for (GroupPlan.Part part : plan.parts()) {
            Plan own = part.plan();
            lines.add(part.member() + ": release " + own.release().number() + " by "
                    + own.strategy().written() + ": " + own.why());
            own.notes().forEach(note -> lines.add(part.member() + ": note: " + note));
        }
        Stage last = Stage.BEFORE;
        int number = 1;
        lines.add("");
        for (GroupPlan.Step step : plan.steps()) {
            if (step.stage() != last) {
                lines.add(heading(step.stage()));
                last = step.stage();
            }
            lines.add(String.format(
                    Locale.ROOT,
                    "%3d. %s: %s",
                    number++,
                    step.member(),
                    step.operation().sentence()));
        }
        for (int i = 0; i < places.size(); i++) {
            lines.addAll(diffs(i).lines(places.get(i).name() + ": "));
        }
        return lines;
    }

    private static String heading(Stage stage) {
        return switch (stage) {
            case BEFORE -> "before anything is touched";
            case CLEAR -> "what was interrupted is taken back";
            case PREPARE -> "new versions beside the old ones, without traffic";
            case HAND_OVER -> "when all are ready: the traffic moves";
            case BAKE -> "the old versions stay warm";
            case SETTLE -> "the steady state comes back";
            case CLOSE -> "when all serve: tidying up";
            case RECORD -> "all are recorded as deployed";
        };
    }

    Map<String, Object> document() {
        Map<String, Object> members = new LinkedHashMap<>();
        for (int i = 0; i < places.size(); i++) {
            GroupPlan.Part part = plan.parts().get(i);
            members.put(part.member(), PlanCommand.document(part.plan(), diffs(i)));
        }
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("group", group);
        document.put("members", members);
        document.put(
                "operations", plan.steps().stream().map(GroupPlanText::document).toList());
        return document;
    }

    private static Map<String, Object> document(GroupPlan.Step step) {
        Operation operation = step.operation();
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("member", step.member());
        document.put("stage", step.stage().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        document.put("operation", operation.sentence());
        return document;
    }

    private PlanDiffs diffs(int index) {
        return PlanDiffs.of(
                places.get(index).bench().cluster(), plan.parts().get(index).plan());
    }
}
