package dev.relevo.deploy.plan;

import dev.relevo.deploy.release.ReleaseStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is done around one deploy.
 *
 * @param before before anything is touched
 * @param between after the old version is gone and before the new one comes; big-bang only
 * @param after when the new release serves whole
 * @param onFailure when the deploy has failed
 * @param afterDecides whether a failure of {@code after} is one of the deploy; else it is a warning
 */
public record Hooks(
        List<Hook> before, Optional<Hook> between, List<Hook> after, List<Hook> onFailure, boolean afterDecides) {
    /** Nothing is done. */
    public static final Hooks NONE = new Hooks(List.of(), Optional.empty(), List.of(), List.of(), false);

    public Hooks {
        before = List.copyOf(before);
        after = List.copyOf(after);
        onFailure = List.copyOf(onFailure);
    }

    /** The plan with what is done before it and after it. What comes in between is the strategy's to place. */
    public Plan around(Plan plan) {
        if (before.isEmpty() && after.isEmpty()) {
            return plan;
        }
        HookScene scene = HookScene.of(plan.release());
        List<Operation> operations = new ArrayList<>();
        int closing = 0;
        before.forEach(hook -> operations.add(new Operation.RunHook(hook, scene, true)));
        for (Operation operation : plan.operations()) {
            if (operation instanceof Operation.RecordRelease record && record.status() == ReleaseStatus.DEPLOYED) {
                after.forEach(hook -> operations.add(new Operation.RunHook(hook, scene, afterDecides)));
                closing = after.size();
            }
            operations.add(operation);
        }
        Plan.Trial trial = plan.trial().equals(Plan.Trial.NONE)
                ? plan.trial()
                : new Plan.Trial(
                        plan.trial().from() + before.size(), plan.trial().until() + before.size());
        return new Plan(
                plan.release(),
                plan.strategy(),
                plan.why(),
                plan.notes(),
                operations,
                trial,
                plan.stages().moved(before.size(), closing));
    }
}
