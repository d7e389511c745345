package dev.relevo.deploy.strategy;

import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.config.DeployConfig.PreviewRule;
import dev.relevo.config.VerifyConfig.HttpCheck;
import dev.relevo.deploy.plan.Observed;
import dev.relevo.deploy.plan.Operation;
import dev.relevo.deploy.plan.Operation.Apply;
import dev.relevo.deploy.plan.Operation.AwaitEndpoints;
import dev.relevo.deploy.plan.Operation.AwaitGone;
import dev.relevo.deploy.plan.Operation.AwaitRollout;
import dev.relevo.deploy.plan.Operation.DropCandidate;
import dev.relevo.deploy.plan.Operation.Replicas;
import dev.relevo.deploy.plan.Settings;
import dev.relevo.deploy.release.Marks;
import dev.relevo.deploy.release.Release;
import dev.relevo.deploy.release.ReleaseObjects;
import dev.relevo.deploy.strategy.Candidate.Exposure;
import dev.relevo.traffic.PreviewRoute;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * What stands beside the app's own Deployment while a plan goes on, and is gone at its end: candidate, baseline and preview
 * route, whether this plan brings them or an earlier one has left them.
 */
final class Beside {
    private final Observed observed;
    private final Release release;
    private final ReleaseObjects objects;
    private boolean candidateLeft;
    private boolean baselineLeft;
    private boolean cleared;
    private List<ObjectRef> previewsLeft;

    Beside(Observed observed, Release release, ReleaseObjects objects) {
        this.observed = observed;
        this.release = release;
        this.objects = objects;
        this.candidateLeft =
                observed.candidate().isPresent() || observed.candidateService().isPresent();
        this.baselineLeft = observed.baseline().isPresent();
        this.previewsLeft = observed.previews().stream().map(KubeObject::ref).toList();
    }

    /** Brings up the candidate and the Service of its own, and waits until both serve. */
    List<Operation> candidate(Candidate candidate, int replicas, Exposure exposure) {
        List<Operation> operations = clear();
        operations.add(new Apply(candidate.service(mainService(), candidate.labels()), Replicas.AS_WRITTEN));
        operations.addAll(candidateSized(candidate, replicas, exposure));
        operations.add(new AwaitEndpoints(
                candidate.serviceRef(), candidate.labels(), release.spec().template()));
        return operations;
    }

    private KubeObject mainService() {
        return objects.services().get(0);
    }

    /** Another version's candidate goes before this one comes. */
    private List<Operation> clear() {
        boolean others = !cleared && !observed.candidateRuns(release.spec());
        cleared = true;
        return others ? dropCandidate() : new ArrayList<>();
    }

    /** Applies the candidate's Deployment and waits until it is complete. */
    List<Operation> candidateSized(Candidate candidate, int replicas, Exposure exposure) {
        candidateLeft = true;
        return List.of(
                new Apply(candidate.deployment(replicas, exposure, observed), Replicas.AS_WRITTEN),
                new AwaitRollout(candidate.ref(), release.spec().template()));
    }

    /** Applies the baseline's Deployment, which is not waited for yet. */
    List<Operation> baseline(Baseline baseline, int replicas) {
        List<Operation> operations = clear();
        if (observed.baseline()
                .filter(left -> !left.selector().equals(baseline.labels()))
                .isPresent()) {
            operations.addAll(dropBaseline());
        }
        operations.add(new Apply(baseline.deployment(replicas, observed), Replicas.AS_WRITTEN));
        baselineLeft = true;
        if (baseline.exposure() == Exposure.PRIVATE) {
            operations.add(new Apply(baseline.service(mainService()), Replicas.AS_WRITTEN));
        }
        return operations;
    }

    List<Operation> awaitBaseline(Baseline baseline) {
        List<Operation> operations = new ArrayList<>();
        operations.add(new AwaitRollout(baseline.ref(), baseline.template()));
        if (baseline.exposure() == Exposure.PRIVATE) {
            operations.add(new AwaitEndpoints(baseline.serviceRef(), baseline.labels(), baseline.template()));
        }
        return operations;
    }

    /**
     * Asks the candidate by a route of our own beside the one by which users come, if one leads to the app; it goes at once. One
     * is enough, so that its name is known before.
     */
    List<Operation> preview(Candidate candidate, List<HttpCheck> checks, Settings settings) {
        String service = mainService().name();
        List<Operation> operations = new ArrayList<>();
        observed.sharing(service, settings.route()).stream()
                .min(Comparator.comparing(KubeObject::name))
                .ifPresent(route -> {
                    PreviewRoute preview = new PreviewRoute(
                            route,
                            service,
                            candidate.serviceRef().name(),
                            Marks.previewName(observed.app()),
                            Integer.toString(release.number()));
                    operations.add(new Apply(candidate.marked(preview.object()), Replicas.AS_WRITTEN));
                    previewsLeft = List.of(preview.ref());
                    operations.add(new Operation.SmokeThrough(
                            preview.ref(),
                            route.ref(),
                            preview.mark(),
                            settings.preview() == PreviewRule.REQUIRED,
                            checks));
                    operations.addAll(dropPreviews());
                });
        return operations;
    }

    List<Operation> dropPreviews() {
        List<Operation> operations = new ArrayList<>();
        previewsLeft.forEach(preview -> operations.add(new DropCandidate(preview)));
        previewsLeft = List.of();
        return operations;
    }

    /** Takes a baseline that has no share of a route any more away, and its Service. */
    List<Operation> dropBaseline() {
        if (!baselineLeft) {
            return List.of();
        }
        baselineLeft = false;
        ObjectRef service = Marks.baselineService(observed.app(), observed.namespace());
        return drop(service, Marks.baselineDeployment(observed.app(), observed.namespace()));
    }

    /** Takes an idle candidate and its Service away, and a baseline. */
    List<Operation> dropCandidate() {
        List<Operation> operations = dropPreviews();
        operations.addAll(dropBaseline());
        if (candidateLeft) {
            candidateLeft = false;
            ObjectRef service = Marks.candidateService(observed.app(), observed.namespace());
            operations.addAll(drop(service, Marks.candidateDeployment(observed.app(), observed.namespace())));
        }
        return operations;
    }

    /** The Deployment goes last, because it shows that there may be a Service. */
    private static List<Operation> drop(ObjectRef service, ObjectRef deployment) {
        return List.of(new DropCandidate(service), new DropCandidate(deployment), new AwaitGone(deployment, Map.of()));
    }
}
