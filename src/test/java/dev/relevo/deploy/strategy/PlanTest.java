package dev.relevo.deploy.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.relevo.cluster.KubeObject;
import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.deploy.Shop;
import dev.relevo.deploy.plan.Observed;
import dev.relevo.deploy.plan.Operation;
import dev.relevo.deploy.plan.Plan;
import dev.relevo.deploy.release.Marks;
import dev.relevo.deploy.release.Release;
import dev.relevo.deploy.release.ReleaseRecord;
import dev.relevo.deploy.release.ReleaseSpec;
import dev.relevo.deploy.release.ReleaseStatus;
import dev.relevo.deploy.release.Template;
import dev.relevo.deploy.release.Workload;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Plans read like the stories that they are. */
class PlanTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @Nested
    class FromASteadyState {
        @Test
        void rollingRollsTheDeployment() {
            assertThat(sentences(plan(StrategyName.ROLLING, steady("v1"))))
                    .containsExactly(
                            "Record release 2 as pending",
                            "Apply ConfigMap/shop-config-v2",
                            "Apply Service/shop",
                            "Apply Deployment/shop",
                            "Wait until Deployment/shop is complete",
                            "Apply PodDisruptionBudget/shop",
                            "Wait until the endpoints of Service/shop are the new pods",
                            "Check 1 request through Service/shop",
                            "Record release 2 as deployed",
                            "Record release 1 as superseded");
        }

        @Test
        void bigBangRemovesTheOldFirst() {
            assertThat(sentences(plan(StrategyName.BIG_BANG, steady("v1"))))
                    .containsExactly(
                            "Record release 2 as pending",
                            "Apply ConfigMap/shop-config-v2",
                            "Delete Deployment/shop: the new version comes after it",
                            "Wait until Deployment/shop and its pods are gone",
                            "Apply Service/shop",
                            "Apply Deployment/shop",
                            "Wait until Deployment/shop is complete",
                            "Apply PodDisruptionBudget/shop",
                            "Wait until the endpoints of Service/shop are the new pods",
                            "Check 1 request through Service/shop",
                            "Record release 2 as deployed",
                            "Record release 1 as superseded");
        }

        @Test
        void blueGreenSwitchesOnceToTheCandidateAndRestoresTheManifestsBehindIt() {
            assertThat(sentences(plan(StrategyName.BLUE_GREEN, steady("v1"))))
                    .containsExactly(
                            "Record release 2 as pending",
                            "Apply ConfigMap/shop-config-v2",
                            "Apply Service/shop-candidate",
                            "Apply Deployment/shop-candidate",
                            "Wait until Deployment/shop-candidate is complete",
                            "Wait until the endpoints of Service/shop-candidate are the new pods",
                            "Check 1 request through Service/shop-candidate",
                            "Give the candidate its share by Service/shop: 100 %",
                            "Wait until the endpoints of Service/shop are the new pods",
                            "Check 1 request through Service/shop",
                            "Wait 2 s: connections on their way still reach the pods that they go to",
                            "Wait 2 s: the old version stays warm",
                            "Apply Deployment/shop",
                            "Wait until Deployment/shop is complete",
                            "Apply PodDisruptionBudget/shop",
                            "Return all traffic of Service/shop to the app's own Deployment",
                            "Wait until the endpoints of Service/shop are the new pods",
                            "Check 1 request through Service/shop",
                            "Wait 2 s: connections on their way still reach the pods that they go to",
                            "Delete Service/shop-candidate: it has no traffic",
                            "Delete Deployment/shop-candidate: it has no traffic",
                            "Wait until Deployment/shop-candidate is gone",
                            "Record release 2 as deployed",
                            "Record release 1 as superseded");
        }

        @Test
        void canaryWithoutARouteSharesByPodsAndSaysTheRealShare() {
            Plan plan = plan(StrategyName.CANARY, steady("v1"));

            assertThat(sentences(plan))
                    .containsSubsequence(
                            "Apply Deployment/shop-candidate",
                            "Check 1 request through Service/shop-candidate",
                            "Apply Deployment/shop-candidate",
                            "Wait until Deployment/shop-candidate is complete",
                            "Wait 2 s: the candidate is observed at its share",
                            "Give the candidate its share by Deployment/shop-candidate: 50 %",
                            "Wait until Deployment/shop-candidate is complete",
                            "Apply Deployment/shop",
                            "Wait until Deployment/shop is complete",
                            "Delete Deployment/shop-candidate: it has no traffic");
            assertThat(plan.notes()).contains("Shares go by the number of pods: asked 10 %, real 1 of 4 = 25 %");
        }

        @Test
        void canaryWithARouteSharesByItsWeights() {
            Observed observed = observed("v1", Optional.empty(), steadyServices(), List.of(Shop.object(Shop.ROUTE)));

            assertThat(sentences(plan(StrategyName.CANARY, observed)))
                    .containsSubsequence(
                            "Give the candidate its share by HTTPRoute/shop: 10 %",
                            "Scale Deployment/shop-candidate to 2",
                            "Give the candidate its share by HTTPRoute/shop: 50 %",
                            "Wait until Deployment/shop is complete",
                            "Return all traffic of HTTPRoute/shop to the app's own Deployment",
                            "Delete Service/shop-candidate: it has no traffic");
        }

        @Test
        void theCandidatesPodsMatchNoSelectorOfTheApp() {
            KubeObject candidate = applied(plan(StrategyName.BLUE_GREEN, steady("v1")), "shop-candidate");

            assertThat(Template.labels(candidate))
                    .containsEntry("team", "sales")
                    .containsEntry("relevo.dev/track", "candidate")
                    .doesNotContainKey("app");
            assertThat(Template.labels(candidate))
                    .containsAllEntriesOf(candidate.strings("/spec/selector/matchLabels"));
        }

        @Test
        void theCandidateIsAsLargeAsWhatServesNotAsTheManifestsBegin() {
            Observed scaled = observed("v1", 7, Optional.empty(), steadyServices(), List.of());

            KubeObject candidate = applied(plan(StrategyName.BLUE_GREEN, scaled), "shop-candidate");

            assertThat(candidate.at("/spec/replicas").asInt()).isEqualTo(7);
        }

        @Test
        void aChangedSelectorIsRefusedWhereItCannotBeDoneWithoutDowntimeAndDoneByBlueGreen() {
            ReleaseSpec changed = Shop.of("v2", StrategyName.ROLLING, 3, "app: shop, part: web");

            assertThatThrownBy(() -> plan(changed, steady("v1")))
                    .hasMessageContaining("RLV-705")
                    .hasMessageContaining("selector of Deployment/shop");
            assertThat(sentences(plan(changed.withStrategy(StrategyName.BLUE_GREEN), steady("v1"))))
                    .containsSubsequence(
                            "Give the candidate its share by Service/shop: 100 %",
                            "Delete Deployment/shop: its selector changes, which Kubernetes does not allow",
                            "Wait until Deployment/shop and its pods are gone",
                            "Apply Deployment/shop",
                            "Return all traffic of Service/shop to the app's own Deployment");
        }

        @Test
        void theFirstDeployHasNothingToHandOverFrom() {
            Observed nothing = new Observed(
                    "shop",
                    "dev",
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Map.of(),
                    List.of(),
                    false,
                    List.of());
            for (StrategyName strategy : StrategyName.values()) {
                assertThat(sentences(plan(strategy, nothing)))
                        .as(strategy.written())
                        .noneMatch(sentence -> sentence.contains("candidate") || sentence.startsWith("Delete"));
            }
        }
    }

    @Nested
    class FromAnInterruptedHandOver {
        @Test
        void anIdleCandidateOfAnotherVersionIsReplaced() {
            Observed observed = observed("v1", Optional.of(candidate("v9")), steadyServices(), List.of());

            assertThat(sentences(plan(StrategyName.BLUE_GREEN, observed)))
                    .containsSubsequence(
                            "Delete Deployment/shop-candidate: it has no traffic",
                            "Wait until Deployment/shop-candidate is gone",
                            "Apply Deployment/shop-candidate");
        }

        @Test
        void theSameReleaseGoesOnWithItsCandidate() {
            Observed observed = observed("v1", Optional.of(candidate("v2")), switchedServices("v2"), List.of());

            Plan plan = plan(StrategyName.BLUE_GREEN, observed);

            assertThat(plan.why()).contains("goes on from there");
            assertThat(sentences(plan).indexOf("Delete Deployment/shop-candidate: it has no traffic"))
                    .isGreaterThan(
                            sentences(plan).indexOf("Return all traffic of Service/shop to the app's own Deployment"));
        }

        @Test
        void anotherReleaseFirstReturnsTheTrafficToTheStableVersion() {
            Observed observed = observed("v1", Optional.of(candidate("v9")), switchedServices("v9"), List.of());
            for (StrategyName strategy : new StrategyName[] {StrategyName.ROLLING, StrategyName.CANARY}) {
                assertThat(sentences(plan(strategy, observed)))
                        .as(strategy.written())
                        .startsWith(
                                "Return all traffic of Service/shop to the app's own Deployment",
                                "Wait until the endpoints of Service/shop are the new pods",
                                "Wait 2 s: connections on their way still reach the pods that they go to",
                                "Delete Service/shop-candidate: it has no traffic",
                                "Delete Deployment/shop-candidate: it has no traffic");
            }
        }

        @Test
        void aHalfRolledDeploymentBehindACandidateIsFinishedAndCheckedBeforeItServes() {
            KubeObject half = deployment("v9", 3, 1);
            Observed observed = new Observed(
                    "shop",
                    "dev",
                    Optional.of(new Workload(half)),
                    Optional.of(candidate("v9")),
                    Optional.empty(),
                    Optional.empty(),
                    switchedServices("v9"),
                    List.of(),
                    false,
                    List.of(record("v1")));

            assertThat(sentences(plan(StrategyName.ROLLING, observed)))
                    .containsSubsequence(
                            "Apply Deployment/shop",
                            "Wait until Deployment/shop is complete",
                            "Check 1 request through Service/shop-candidate",
                            "Return all traffic of Service/shop to the app's own Deployment",
                            "Delete Deployment/shop-candidate: it has no traffic");
        }
    }

    @Test
    void aCandidateThatAloneStandsBehindTheServiceStaysUntilTheDeploymentCanCarryTheTraffic() {
        Release canary = new Release(2, NOW, Shop.version("v9", StrategyName.CANARY));
        KubeObject shared = status(new Candidate(canary).deployment(1, Candidate.Exposure.SHARED, steady("v1")), 1, 1);
        Observed observed = new Observed(
                "shop",
                "dev",
                Optional.of(new Workload(deployment("v1", 3, 0))),
                Optional.of(new Workload(shared)),
                Optional.empty(),
                Optional.empty(),
                steadyServices(),
                List.of(),
                false,
                List.of(record("v1")));

        assertThat(sentences(plan(StrategyName.ROLLING, observed)))
                .containsSubsequence(
                        "Apply Deployment/shop",
                        "Wait until Deployment/shop is complete",
                        "Delete Deployment/shop-candidate: it has no traffic",
                        "Wait until the endpoints of Service/shop are the new pods");
    }

    @Test
    void theSamePlanComesFromTheSameObservation() {
        for (StrategyName strategy : StrategyName.values()) {
            assertThat(plan(strategy, steady("v1"))).isEqualTo(plan(strategy, steady("v1")));
        }
    }

    private static Plan plan(StrategyName strategy, Observed observed) {
        return plan(Shop.version("v2", strategy), observed);
    }

    private static Plan plan(ReleaseSpec spec, Observed observed) {
        return Planner.plan(observed, spec, Shop.settings(true), NOW);
    }

    private static List<String> sentences(Plan plan) {
        return plan.operations().stream().map(Operation::sentence).toList();
    }

    private static KubeObject applied(Plan plan, String deployment) {
        return plan.operations().stream()
                .filter(operation -> operation instanceof Operation.Apply)
                .map(operation -> ((Operation.Apply) operation).object())
                .filter(object -> object.kind().name().equals("Deployment")
                        && object.name().equals(deployment))
                .findFirst()
                .orElseThrow();
    }

    private static Observed steady(String version) {
        return observed(version, Optional.empty(), steadyServices(), List.of());
    }

    private static Observed observed(
            String version, Optional<Workload> candidate, Map<String, KubeObject> services, List<KubeObject> routes) {
        return observed(version, 3, candidate, services, routes);
    }

    private static Observed observed(
            String version,
            int replicas,
            Optional<Workload> candidate,
            Map<String, KubeObject> services,
            List<KubeObject> routes) {
        return new Observed(
                "shop",
                "dev",
                Optional.of(new Workload(deployment(version, replicas, replicas))),
                candidate,
                Optional.empty(),
                Optional.empty(),
                services,
                routes,
                false,
                List.of(record(version)));
    }

    private static ReleaseRecord record(String version) {
        return new ReleaseRecord(
                new Release(1, NOW, Shop.version(version, StrategyName.ROLLING)), ReleaseStatus.DEPLOYED, Map.of());
    }

    private static KubeObject deployment(String version, int replicas, int ready) {
        ReleaseSpec spec = Shop.version(version, StrategyName.ROLLING);
        return status(Marks.on(spec.workloadManifest(), spec, 1), replicas, ready);
    }

    private static KubeObject status(KubeObject deployment, int replicas, int ready) {
        return deployment.with(tree -> {
            Marks.child(tree, "metadata").put("uid", "uid-1").put("generation", 1);
            Marks.child(tree, "spec").put("replicas", replicas);
            tree.putObject("status")
                    .put("observedGeneration", 1)
                    .put("replicas", replicas)
                    .put("updatedReplicas", ready)
                    .put("readyReplicas", ready)
                    .put("availableReplicas", ready);
        });
    }

    private static Workload candidate(String version) {
        Release release = new Release(2, NOW, Shop.version(version, StrategyName.BLUE_GREEN));
        KubeObject deployment = new Candidate(release).deployment(3, Candidate.Exposure.PRIVATE, steady("v1"));
        return new Workload(status(deployment, 3, 3));
    }

    private static Map<String, KubeObject> steadyServices() {
        return Map.of(
                "shop", Shop.version("v1", StrategyName.ROLLING).services().get(0));
    }

    private static Map<String, KubeObject> switchedServices(String version) {
        Release release = new Release(2, NOW, Shop.version(version, StrategyName.BLUE_GREEN));
        KubeObject service = release.spec().services().get(0);
        return Map.of(
                "shop", new dev.relevo.traffic.ServiceSelector(service, new Candidate(release).labels()).onCandidate());
    }
}
