package dev.relevo.deploy.plan;

import dev.relevo.cluster.ObjectRef;
import dev.relevo.deploy.release.Marks;
import dev.relevo.deploy.release.ReleaseSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the deploys of a group's members do, as one: no member begins a stage before all have ended the one before it, and
 * before the first traffic moves, every new version is looked at once more.
 *
 * @param parts the plans of the members, in the order in which they are handed over
 */
public record GroupPlan(List<Part> parts) {
    public GroupPlan {
        parts = List.copyOf(parts);
    }

    /** One member's plan. */
    public record Part(String member, Plan plan) {}

    /** One operation and whose it is. */
    public record Step(String member, Stage stage, Operation operation) {}

    /** All operations in the order in which they are carried out. */
    public List<Step> steps() {
        List<Step> steps = new ArrayList<>();
        for (Stage stage : Stage.values()) {
            if (stage == Stage.HAND_OVER) {
                for (Part part : parts) {
                    confirmation(part.plan())
                            .ifPresent(last -> steps.add(new Step(part.member(), Stage.PREPARE, last)));
                }
            }
            for (Part part : parts) {
                part.plan()
                        .operations(stage)
                        .forEach(operation -> steps.add(new Step(part.member(), stage, operation)));
            }
        }
        return steps;
    }

    /** What is carried out once more before any traffic moves: that the new version is ready. Empty where no traffic will move. */
    public static Optional<Operation> confirmation(Plan plan) {
        return plan.operations(Stage.HAND_OVER).isEmpty() ? Optional.empty() : ready(plan);
    }

    /** Whether the new version is ready before any traffic moves to it. */
    public static boolean holdsBack(Plan plan) {
        return plan.operations(Stage.HAND_OVER).isEmpty() || ready(plan).isPresent();
    }

    private static Optional<Operation> ready(Plan plan) {
        ReleaseSpec spec = plan.release().spec();
        List<ObjectRef> versions = List.of(spec.workload(), Marks.candidateDeployment(spec.app(), spec.namespace()));
        return plan.operations(Stage.PREPARE).stream()
                .filter(operation ->
                        operation instanceof Operation.AwaitRollout await && versions.contains(await.ref()))
                .reduce((earlier, later) -> later);
    }
}
