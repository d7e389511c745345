package dev.relevo.deploy.strategy;

import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.config.DeployConfig.CanaryConfig.Step;
import dev.relevo.deploy.plan.Observed;
import dev.relevo.deploy.plan.Operation;
import dev.relevo.deploy.plan.Operation.AwaitRollout;
import dev.relevo.deploy.plan.Operation.ScaleTo;
import dev.relevo.deploy.plan.Operation.ShiftTraffic;
import dev.relevo.deploy.plan.Plan;
import dev.relevo.deploy.plan.Settings;
import dev.relevo.deploy.plan.Stage;
import dev.relevo.deploy.release.DeployError;
import dev.relevo.deploy.release.Release;
import dev.relevo.deploy.release.Workload;
import dev.relevo.deploy.strategy.Candidate.Exposure;
import dev.relevo.report.Problem;
import dev.relevo.traffic.ReplicaRatio;
import dev.relevo.traffic.Share;
import java.util.List;
import java.util.Optional;

/**
 * A small candidate that gets a growing share of the traffic and is checked at every step. The stable version keeps its full
 * size, so that the way back is always open; the last step rolls the app's own Deployment. Shares go by the weights of an
 * HTTPRoute where one leads to the app, else of a canary Ingress of ingress-nginx, else by the number of pods.
 */
public record Canary() implements Strategy {
    @Override
    public Plan plan(Observed observed, Release release, Settings settings) {
        PlanBuilder plan = new PlanBuilder(observed, release, settings);
        Optional<Plan> whole = Leftovers.settle(plan, observed, release);
        if (whole.isPresent()) {
            return whole.get();
        }
        if (plan.live().isEmpty() || plan.live().get().desired() == 0) {
            return Rolling.first(plan, "Nothing serves yet, so there is no traffic to share");
        }
        Workload live = plan.live().get();
        if (live.runs(release.spec())) {
            return Rolling.inPlace(plan, "The app's own Deployment is at this release already; the rest follows");
        }
        requireSafe(plan, live, release);
        List<KubeObject> routes = routes(observed, settings, plan);
        Candidate candidate = new Candidate(release);
        plan.open().foundations().servicesBefore();
        Optional<Baseline> baseline = baseline(plan, observed, live, routes, settings);
        if (routes.isEmpty()) {
            byPods(plan, candidate, live, baseline, settings);
        } else {
            byWeight(plan, candidate, live, baseline, routes, settings);
        }
        plan.tried().stage(Stage.SETTLE);
        if (baseline.isPresent()) {
            withdraw(plan, candidate, baseline.get(), routes, settings);
        }
        return plan.workload(false)
                .servicesAfter()
                .restoreRoutes()
                .endpoints()
                .followers()
                .settle()
                .dropCandidate()
                .close()
                .plan("The change is tried on a growing share of the traffic before the Deployment is rolled");
    }

    /** What the candidate is compared with, if that is wanted. A route gives it a share; else its pods stand beside the app's. */
    private static Optional<Baseline> baseline(
            PlanBuilder plan, Observed observed, Workload live, List<KubeObject> routes, Settings settings) {
        if (!settings.baseline()) {
            return Optional.empty();
        }
        if (settings.verify().metrics().isEmpty()) {
            plan.note("deploy.canary.baseline has no effect: without verify.metrics there is nothing to compare");
            return Optional.empty();
        }
        boolean weights = routes.stream().anyMatch(route -> route.kind().sameGroupAndName(Kind.HTTP_ROUTE));
        Optional<Baseline> baseline = Baseline.of(observed, live, weights ? Exposure.PRIVATE : Exposure.SHARED);
        if (baseline.isEmpty()) {
            plan.note("The candidate is not compared with a baseline: no release is recorded of what serves now");
        }
        return baseline;
    }

    /** The baseline's share returns to the stable version, then it goes: before that is rolled, and with it all that is old. */
    private static void withdraw(
            PlanBuilder plan, Candidate candidate, Baseline baseline, List<KubeObject> routes, Settings settings) {
        if (baseline.exposure() == Exposure.PRIVATE) {
            // The first share: somebody may have left out the steps in which the candidate got pods for more.
            share(plan, candidate, routes, settings.steps().get(0).weight(), false);
            plan.settle();
        }
        plan.dropBaseline();
    }

    private static void share(
            PlanBuilder plan, Candidate candidate, List<KubeObject> routes, int percent, boolean compared) {
        String service = plan.mainService().orElseThrow().name();
        for (KubeObject route : routes) {
            plan.add(new ShiftTraffic(plan.router(route, service, candidate, compared), percent));
        }
    }

    private static void byWeight(
            PlanBuilder plan,
            Candidate candidate,
            Workload live,
            Optional<Baseline> baseline,
            List<KubeObject> routes,
            Settings settings) {
        boolean compared =
                baseline.filter(old -> old.exposure() == Exposure.PRIVATE).isPresent();
        int size = 0;
        for (Step step : settings.steps()) {
            int wanted = Math.max(1, (int) Math.ceil(live.desired() * step.weight() / 100.0));
            baseline(plan, baseline, size, wanted);
            if (size == 0) {
                plan.candidate(candidate, wanted, Exposure.PRIVATE).smoke(candidate.serviceRef());
            } else if (wanted > size) {
                plan.add(new ScaleTo(candidate.ref(), wanted, false))
                        .add(new AwaitRollout(
                                candidate.ref(), candidate.release().spec().template()));
            }
            awaitBaseline(plan, baseline, size, wanted);
            size = Math.max(size, wanted);
            plan.stage(Stage.HAND_OVER);
            share(plan, candidate, routes, step.weight(), compared);
            step(plan, candidate, baseline, step);
        }
    }

    private static void baseline(PlanBuilder plan, Optional<Baseline> baseline, int size, int wanted) {
        if (wanted > size) {
            baseline.ifPresent(old -> {
                if (size == 0) {
                    plan.baseline(old, wanted);
                } else {
                    plan.add(new ScaleTo(old.ref(), wanted, false));
                }
            });
        }
    }

    private static void awaitBaseline(PlanBuilder plan, Optional<Baseline> baseline, int size, int wanted) {
        if (wanted > size) {
            baseline.ifPresent(plan::awaitBaseline);
        }
    }

    private static void byPods(
            PlanBuilder plan, Candidate candidate, Workload live, Optional<Baseline> baseline, Settings settings) {
        ReplicaRatio ratio = new ReplicaRatio(candidate.ref(), live.desired(), baseline.isPresent());
        boolean checked = !settings.verify().http().isEmpty();
        if (checked) {
            plan.candidate(candidate, 1, Exposure.PRIVATE).smoke(candidate.serviceRef());
        }
        // From here on its pods stand behind the app's Services.
        plan.stage(Stage.HAND_OVER);
        int size = 0;
        for (Step step : settings.steps()) {
            int wanted = ratio.pods(step.weight());
            baseline(plan, baseline, size, wanted);
            if (size == 0 && checked) {
                plan.candidateSized(candidate, wanted, Exposure.SHARED);
            } else if (size == 0) {
                plan.candidate(candidate, wanted, Exposure.SHARED);
            } else if (wanted > size) {
                plan.add(new ShiftTraffic(ratio, step.weight()))
                        .add(new AwaitRollout(
                                candidate.ref(), candidate.release().spec().template()));
            }
            awaitBaseline(plan, baseline, size, wanted);
            size = Math.max(size, wanted);
            Share share = ratio.share(step.weight());
            if (!share.asAsked()) {
                plan.note("Shares go by the number of pods: " + share);
            }
            step(plan, candidate, baseline, step);
        }
    }

    private static void step(PlanBuilder plan, Candidate candidate, Optional<Baseline> baseline, Step step) {
        plan.trial()
                .observe(candidate, baseline, step.duration(), "the candidate is observed at its share")
                .smoke(candidate.serviceRef());
        step.awaitPromotion().ifPresent(atMost -> plan.add(new Operation.AwaitPromotion(atMost)));
    }

    /** The routes that lead to the app's main Service; the one that is named, if one is. */
    private static List<KubeObject> routes(Observed observed, Settings settings, PlanBuilder plan) {
        String service = plan.mainService().orElseThrow().name();
        List<KubeObject> routes = observed.sharing(service, settings.route());
        if (settings.route().isPresent() && routes.isEmpty()) {
            throw Problem.of(
                            DeployError.UNSAFE_CHANGE,
                            "deploy.canary.route names HTTPRoute ["
                                    + settings.route().get() + "], but no such route in [" + observed.namespace()
                                    + "] leads to Service [" + service + "]")
                    .remedy("Name a route that does, or leave the key out to share by the number of pods")
                    .asException();
        }
        return routes;
    }

    private static void requireSafe(PlanBuilder plan, Workload live, Release release) {
        if (plan.mainService().isEmpty()) {
            throw Problem.of(
                            DeployError.UNSAFE_CHANGE,
                            "No Service of the release leads to the pods of "
                                    + release.spec().workload() + ", so a canary has no traffic to share")
                    .remedy("Add a Service whose selector matches the pods' labels, or use --strategy rolling")
                    .asException();
        }
        if (!live.sameSelector(release.spec().workloadManifest())) {
            throw Problem.of(
                            DeployError.UNSAFE_CHANGE,
                            "The selector of " + release.spec().workload()
                                    + " differs from the live one, and Kubernetes never lets it change")
                    .remedy("Deploy this release once with --strategy blue-green (without downtime) or big-bang")
                    .asException();
        }
    }
}
