package dev.relevo.deploy.strategy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.cluster.KubeObject;
import dev.relevo.deploy.plan.Observed;
import dev.relevo.deploy.plan.Observed.Traffic;
import dev.relevo.deploy.plan.Operation.AwaitEndpoints;
import dev.relevo.deploy.plan.Operation.AwaitRollout;
import dev.relevo.deploy.plan.Operation.ScaleTo;
import dev.relevo.deploy.plan.Operation.ShiftTraffic;
import dev.relevo.deploy.plan.Stage;
import dev.relevo.deploy.release.Marks;
import dev.relevo.deploy.release.Release;
import dev.relevo.deploy.release.Workload;
import dev.relevo.traffic.ServiceSelector;
import java.util.List;
import java.util.Map;

/** Taking back a hand-over that was interrupted: the traffic returns to the app's own Deployment as it is, the candidate goes. */
record Withdrawal(Observed observed) {
    /**
     * Whether the app's own Deployment can take all of the traffic at once. Where it serves already, it has its full size;
     * where it does not, it must be complete, so that no half-rolled mix is put in front of users. When the candidate serves
     * nobody, there is nothing to lose.
     */
    boolean possible() {
        if (observed.workload().isEmpty() || observed.workload().get().object().deleting()) {
            return false;
        }
        Workload stable = observed.workload().get();
        boolean candidateServes =
                observed.candidate().filter(live -> live.available() > 0).isPresent();
        if (!candidateServes) {
            return true;
        }
        return switched().isEmpty() ? stable.available() > 0 : stable.complete() && stable.available() > 0;
    }

    /** Adds what takes the hand-over back. */
    void addTo(PlanBuilder plan) {
        plan.stage(Stage.CLEAR);
        Workload stable = observed.workload().orElseThrow();
        int carried = observed.candidate().map(Workload::desired).orElse(0);
        if (observed.traffic() == Traffic.CANDIDATE && observed.autoscaled() && stable.desired() < carried) {
            plan.add(new ScaleTo(stable.object().ref(), carried, true));
            plan.add(new AwaitRollout(stable.object().ref(), stable.template()));
        }
        List<KubeObject> switched = switched();
        for (KubeObject service : switched) {
            plan.add(new ShiftTraffic(new ServiceSelector(restored(service, stable), Map.of()), 0));
        }
        plan.restoreRoutes();
        boolean whole = stable.complete() && stable.available() > 0;
        for (KubeObject service : switched) {
            if (whole) {
                plan.add(new AwaitEndpoints(service.ref(), stable.selector(), stable.template()));
            }
        }
        plan.stage(Stage.PREPARE).settle().dropCandidate();
    }

    private List<KubeObject> switched() {
        return observed.services().values().stream()
                .filter(Observed::onCandidate)
                .sorted((a, b) -> a.name().compareTo(b.name()))
                .toList();
    }

    /** The Service as the release that the workload runs has it; where no record knows, with the workload's own labels. */
    private KubeObject restored(KubeObject live, Workload stable) {
        for (int i = observed.records().size() - 1; i >= 0; i--) {
            Release release = observed.records().get(i).release();
            var manifest = release.spec().manifest(live.ref());
            if (stable.runs(release.spec()) && manifest.isPresent()) {
                return release.marked(manifest.get());
            }
        }
        return KubeObject.named(live.ref()).with(tree -> {
            ObjectNode spec = tree.putObject("spec");
            spec.set("ports", live.at("/spec/ports").deepCopy());
            ObjectNode selector = spec.putObject("selector");
            stable.selector().forEach(selector::put);
            Map<String, String> labels = live.labels();
            ObjectNode kept = Marks.child(Marks.child(tree, "metadata"), "labels");
            labels.forEach(kept::put);
        });
    }
}
