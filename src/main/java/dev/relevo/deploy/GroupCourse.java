package dev.relevo.deploy;

import dev.relevo.deploy.Deployment.Attempt;
import dev.relevo.deploy.lock.Pace;
import dev.relevo.deploy.plan.GroupPlan;
import dev.relevo.deploy.plan.Operation;
import dev.relevo.deploy.plan.Plan;
import dev.relevo.deploy.plan.Settings;
import dev.relevo.deploy.plan.Stage;
import dev.relevo.report.RelevoException;
import java.time.Duration;
import java.util.Optional;

/** How far the deploy of one of a group's members has come. */
final class GroupCourse {
    private final String member;
    private final Deployment deployment;
    private final Attempt attempt;
    private final Pace pace;
    private boolean started;
    private boolean begun;
    private int changes;
    private Duration movedAt = Duration.ZERO;

    GroupCourse(String member, Deployment deployment, Attempt attempt, Pace pace) {
        this.member = member;
        this.deployment = deployment;
        this.attempt = attempt;
        this.pace = pace;
    }

    /** The member's deploy has failed. */
    static final class Failed extends Exception {
        private static final long serialVersionUID = 1L;

        private final transient GroupCourse course;
        private final RelevoException why;

        Failed(GroupCourse course, RelevoException why) {
            super(why);
            this.course = course;
            this.why = why;
        }

        GroupCourse course() {
            return course;
        }

        RelevoException why() {
            return why;
        }
    }

    /** Carries out one stage, after those before it. */
    void run(Stage stage) throws Failed, InterruptedException {
        if (plan().operations(stage).isEmpty()) {
            return;
        }
        started = true;
        begun |= stage != Stage.BEFORE;
        // While the others took over after it, it was being looked at already.
        Plan plan = stage == Stage.BAKE ? plan().bakedFor(pace.elapsed().minus(movedAt)) : plan();
        try {
            changes += deployment.run(plan, stage);
        } catch (RelevoException e) {
            throw new Failed(this, e);
        }
        if (stage == Stage.HAND_OVER) {
            movedAt = pace.elapsed();
        }
    }

    /** Makes sure that the new version still is ready, if traffic is going to move to it. */
    void confirm() throws Failed, InterruptedException {
        Optional<Operation> last = GroupPlan.confirmation(plan());
        if (last.isEmpty()) {
            return;
        }
        try {
            deployment.again(last.get());
        } catch (RelevoException e) {
            throw new Failed(this, e);
        }
    }

    DeployOutcome outcome() {
        return deployment.outcome(attempt, changes);
    }

    /** Whether anything of it may have been done. */
    boolean started() {
        return started;
    }

    /** Whether anything of it may have been done but its hooks. */
    boolean begun() {
        return begun;
    }

    Plan plan() {
        return attempt.plan();
    }

    Attempt attempt() {
        return attempt;
    }

    int number() {
        return attempt.number();
    }

    /** The plan that brings the previous release back. */
    Plan wayBack(Settings settings) {
        return deployment.wayBack(attempt, settings);
    }

    Deployment deployment() {
        return deployment;
    }

    String member() {
        return member;
    }
}
