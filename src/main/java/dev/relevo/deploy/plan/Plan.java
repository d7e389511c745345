package dev.relevo.deploy.plan;

import dev.relevo.cluster.ObjectRef;
import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.deploy.release.Release;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The ordered operations that lead from an observed cluster to a release.
 *
 * @param release the release that serves at the end
 * @param strategy how the traffic is handed over
 * @param why in one sentence, why it goes this way
 * @param notes what the reader should know besides, one line each
 * @param operations in the order in which they are carried out
 * @param trial the operations that try the candidate out, which somebody who is sure may leave out
 * @param stages the parts that the operations belong to
 */
public record Plan(
        Release release,
        StrategyName strategy,
        String why,
        List<String> notes,
        List<Operation> operations,
        Trial trial,
        Stages stages) {
    public Plan {
        notes = List.copyOf(notes);
        operations = List.copyOf(operations);
    }

    /** The same with a sentence before the one that says why. */
    public Plan because(String first) {
        return new Plan(release, strategy, first + ". " + why, notes, operations, trial, stages);
    }

    /** The operations of one stage. */
    public List<Operation> operations(Stage stage) {
        return operations.subList(stages.from(stage, operations.size()), stages.until(stage, operations.size()));
    }

    /**
     * Index of the first operation that moves traffic or, where the app's own workload is changed in place, changes that; the
     * number of operations when none does.
     */
    public int handOver() {
        int from = stages.from(Stage.HAND_OVER, operations.size());
        if (from < stages.until(Stage.HAND_OVER, operations.size())) {
            return from;
        }
        int index = 0;
        while (index < operations.size() && !touchesWorkload(operations.get(index))) {
            index++;
        }
        return index;
    }

    private boolean touchesWorkload(Operation operation) {
        ObjectRef workload = release.spec().workload();
        return (operation instanceof Operation.Apply apply
                        && apply.object().ref().equals(workload))
                || (operation instanceof Operation.ScaleTo scale && scale.ref().equals(workload))
                || (operation instanceof Operation.Delete delete && delete.ref().equals(workload));
    }

    /** The same when the new version serves for so long already, so that it need be looked at for less time. */
    public Plan bakedFor(Duration already) {
        int from = stages.from(Stage.BAKE, operations.size());
        int until = stages.until(Stage.BAKE, operations.size());
        List<Operation> shorter = new ArrayList<>(operations);
        for (int i = from; i < until; i++) {
            if (operations.get(i) instanceof Operation.Observe observe) {
                // Whole seconds, because people read them.
                long left = Math.max(
                        0, observe.duration().minus(already).plusMillis(999).toSeconds());
                shorter.set(i, new Operation.Observe(Duration.ofSeconds(left), observe.why()));
            }
        }
        return new Plan(release, strategy, why, notes, shorter, trial, stages);
    }

    /**
     * A part of the operations. The candidate was found good before it begins, and what comes after it does without it.
     *
     * @param from index of the first
     * @param until index behind the last; the same when there is none
     */
    public record Trial(int from, int until) {
        public static final Trial NONE = new Trial(0, 0);

        public boolean holds(int index) {
            return from <= index && index < until;
        }
    }
}
