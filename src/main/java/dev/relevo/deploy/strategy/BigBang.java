package dev.relevo.deploy.strategy;

import dev.relevo.deploy.plan.HookScene;
import dev.relevo.deploy.plan.Observed;
import dev.relevo.deploy.plan.Operation;
import dev.relevo.deploy.plan.Operation.AwaitGone;
import dev.relevo.deploy.plan.Operation.Delete;
import dev.relevo.deploy.plan.Plan;
import dev.relevo.deploy.plan.Settings;
import dev.relevo.deploy.release.Release;
import dev.relevo.deploy.release.Workload;
import java.util.Map;
import java.util.stream.Stream;

/** The old goes, then the new comes: for development, or where the two must not even run side by side. Has downtime. */
public record BigBang() implements Strategy {
    @Override
    public Plan plan(Observed observed, Release release, Settings settings) {
        PlanBuilder plan = new PlanBuilder(observed, release, settings);
        plan.open().foundations();
        boolean removed = remove(plan, observed, release);
        plan.servicesBefore();
        if (removed) {
            settings.hooks()
                    .between()
                    .ifPresent(hook -> plan.starts().add(new Operation.RunHook(hook, HookScene.of(release), true)));
            plan.applyWorkload(true);
        } else {
            plan.workload(true);
        }
        return plan.servicesAfter()
                .restoreRoutes()
                .followers()
                .endpoints()
                .smokeThroughService()
                .close()
                .plan("The old version goes before the new one comes, as big-bang says: nothing answers in between");
    }

    private static boolean remove(PlanBuilder plan, Observed observed, Release release) {
        var ref = release.spec().workload();
        boolean atRelease = plan.live()
                .filter(live -> live.runs(release.spec()) && live.updated() == live.pods())
                .isPresent();
        if (atRelease) {
            // Begun by an earlier run: the pods of the old version were gone before this template came.
            dropCandidate(plan, observed);
            return false;
        }
        if (observed.workload().isPresent()) {
            Workload live = observed.workload().get();
            plan.add(new Delete(ref, live.object().uid(), "the new version comes after it"));
        }
        dropCandidate(plan, observed);
        Map<String, String> pods = observed.workload()
                .map(Workload::selector)
                .orElseGet(() -> observed.records().isEmpty()
                        ? Map.of()
                        : release.spec().workloadManifest().strings("/spec/selector/matchLabels"));
        if (observed.workload().isPresent() || !pods.isEmpty()) {
            plan.add(new AwaitGone(ref, pods));
        }
        return true;
    }

    /** A candidate's pods, and a baseline's, belong to the old version too. */
    private static void dropCandidate(PlanBuilder plan, Observed observed) {
        plan.dropCandidate();
        Stream.concat(observed.candidate().stream(), observed.baseline().stream())
                .forEach(live -> plan.add(new AwaitGone(live.object().ref(), live.selector())));
    }
}
