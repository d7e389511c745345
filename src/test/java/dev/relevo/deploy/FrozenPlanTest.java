package dev.relevo.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.deploy.SimulatedClient.Killed;
import dev.relevo.deploy.plan.DeployOptions;
import dev.relevo.deploy.plan.FrozenPlan;
import dev.relevo.deploy.plan.PlanFile;
import dev.relevo.deploy.release.DeployError;
import dev.relevo.deploy.release.Marks;
import dev.relevo.deploy.release.ReleaseSpec;
import dev.relevo.report.EventSink;
import dev.relevo.report.Problem;
import dev.relevo.report.RelevoException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What was agreed to is what is done, or nothing is. */
class FrozenPlanTest {
    private static final String SECRET = """
            apiVersion: v1
            kind: Secret
            metadata: {name: shop-login, namespace: dev}
            stringData: {password: open-sesame}
            """;

    @TempDir
    Path folder;

    private final SimulatedCluster cluster = new SimulatedCluster();

    @ParameterizedTest
    @EnumSource(StrategyName.class)
    void anAgreedPlanIsCarriedOutWhenNothingChanged(StrategyName strategy) {
        deploy(v1(), Optional.empty());

        FrozenPlan plan = throughAFile(freeze(Shop.version("v2", strategy)));
        cluster.pass(Duration.ofMinutes(10));
        DeployOutcome outcome = deploy(Shop.version("v2", strategy), Optional.of(plan));

        assertThat(outcome.release().number()).isEqualTo(plan.release());
        assertThat(cluster.sightings().images("shop")).containsExactly("registry.example/shop:v2");
    }

    @Test
    void theFirstReleaseCanBePlannedToo() {
        FrozenPlan plan = throughAFile(freeze(v1()));

        assertThat(deploy(v1(), Optional.of(plan)).release().number()).isEqualTo(1);
    }

    @Test
    void aChangeByHandIsRefusedAndNamedBeforeAnythingIsWritten() {
        deploy(v1(), Optional.empty());
        FrozenPlan plan = freeze(v2());
        change(Kind.DEPLOYMENT, tree -> Marks.child(tree, "spec").put("replicas", 5));
        String before = contents();

        Problem problem = refused(v2(), plan);

        assertThat(problem.code()).isEqualTo(DeployError.PLAN_DRIFTED);
        assertThat(problem.code().exit().number()).isEqualTo(10);
        assertThat(problem.summary())
                .isEqualTo("The cluster has changed since the plan was made: "
                        + "Deployment.apps/shop in dev: spec.replicas was 3 and is 5");
        assertThat(contents()).isEqualTo(before);
    }

    @Test
    void everyObjectThatDriftedIsTold() {
        deploy(v1(), Optional.empty());
        FrozenPlan plan = freeze(v2());
        change(
                Kind.SERVICE,
                tree -> Marks.child(Marks.child(tree, "spec"), "selector").put("hand", "made"));
        ObjectRef budget = new ObjectRef(Kind.POD_DISRUPTION_BUDGET, "dev", "shop");
        cluster.store().remove(budget);

        Problem problem = refused(v2(), plan);

        assertThat(problem.summary()).endsWith("PodDisruptionBudget.policy/shop in dev is not there any more");
        assertThat(problem.details()).containsExactly("Service/shop in dev: spec.selector differs");
    }

    @Test
    void anotherDeployMeanwhileIsDrift() {
        deploy(v1(), Optional.empty());
        FrozenPlan plan = freeze(v2());
        deploy(Shop.version("v3", StrategyName.ROLLING), Optional.empty());

        Problem problem = refused(v2(), plan);

        assertThat(problem.summary())
                .endsWith("Deployment.apps/shop in dev: image of app was registry.example/shop:v1 and is"
                        + " registry.example/shop:v3");
        assertThat(problem.details())
                .containsExactly(
                        "Deployment.apps/shop in dev: spec.template differs",
                        "releases of [shop] in [dev]: 1 was deployed and is superseded",
                        "releases of [shop] in [dev]: 2 was unset and is deployed");
    }

    @Test
    void anAutoscalerAtWorkIsNoDrift() {
        deploy(Shop.version("v1", StrategyName.ROLLING, Shop.SCALER), Optional.empty());
        ReleaseSpec next = Shop.version("v2", StrategyName.ROLLING, Shop.SCALER);
        FrozenPlan plan = freeze(next);
        cluster.scaleLikeAnAutoscaler("shop", 7);
        cluster.pass(Duration.ofSeconds(10));

        assertThat(deploy(next, Optional.of(plan)).replicas()).isEqualTo(7);
    }

    @Test
    void anAutoscalerThatChangesThePlanMakesItAnotherOne() {
        deploy(Shop.version("v1", StrategyName.ROLLING, Shop.SCALER), Optional.empty());
        ReleaseSpec next = Shop.version("v2", StrategyName.BLUE_GREEN, Shop.SCALER);
        FrozenPlan plan = freeze(next);
        cluster.scaleLikeAnAutoscaler("shop", 7);
        cluster.pass(Duration.ofSeconds(10));

        assertThat(refused(next, plan).summary())
                .contains("[Apply Deployment/shop-candidate] would have another content");
    }

    @Test
    void anotherImageOrManifestOrSettingIsRefused() {
        deploy(v1(), Optional.empty());
        FrozenPlan plan = freeze(v2());

        Problem image = refused(Shop.version("v3", StrategyName.ROLLING), plan);
        Problem more = refused(Shop.version("v2", StrategyName.ROLLING, Shop.EXTRA_CONFIG), plan);
        Problem other = catchThrowableOfType(
                        RelevoException.class,
                        () -> service(new SimulatedClient(cluster))
                                .deploy(v2(), Shop.options(false), Optional.of(plan)))
                .problem();

        assertThat(image.code()).isEqualTo(DeployError.PLAN_INPUTS_CHANGED);
        assertThat(image.code().exit().number()).isEqualTo(10);
        assertThat(image.summary()).endsWith("the image was registry.example/shop:v2 and is registry.example/shop:v3");
        assertThat(more.summary()).endsWith("the manifests or the configuration of the release have changed");
        assertThat(other.code()).isEqualTo(DeployError.PLAN_INPUTS_CHANGED);
        assertThat(other.summary()).contains("operation ").contains("[Check 1 request through Service/shop]");
    }

    @Test
    void theFileIsForItsOwnerAloneAndHoldsNoSecret() throws IOException {
        deploy(Shop.version("v1", StrategyName.ROLLING, SECRET), Optional.empty());
        Path file = folder.resolve("made/on/request/plan.json");

        PlanFile.of(freeze(Shop.version("v2", StrategyName.CANARY, SECRET))).write(file);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(Files.readString(file)).doesNotContain("open-sesame").contains("Apply Secret/shop-login");
        try (Stream<Path> beside = Files.list(file.resolveSibling("."))) {
            assertThat(beside).hasSize(1);
        }
    }

    @Test
    void aFileThatWasChangedIsRefused() throws IOException {
        Path file = folder.resolve("plan.json");
        PlanFile.of(freeze(v1())).write(file);
        Files.writeString(file, Files.readString(file).replace("Apply Deployment/shop", "Apply Deployment/other"));

        assertThatThrownBy(() -> PlanFile.read(file)).isInstanceOfSatisfying(RelevoException.class, refusal -> {
            assertThat(refusal.problem().code()).isEqualTo(DeployError.PLAN_UNUSABLE);
            assertThat(refusal.problem().summary()).endsWith("its content does not fit its sha256");
        });
    }

    @Test
    void whatIsNoPlanIsRefused() throws IOException {
        Path file = folder.resolve("plan.json");

        for (String text : List.of("", "[]", "{}", "nonsense", "{\"format\": 2}")) {
            Files.writeString(file, text);
            assertThatThrownBy(() -> PlanFile.read(file))
                    .as(text)
                    .isInstanceOf(RelevoException.class)
                    .hasMessageContaining("RLV-717");
        }
        assertThatThrownBy(() -> PlanFile.read(folder.resolve("nowhere.json")))
                .hasMessageContaining("RLV-717: The plan [" + folder.resolve("nowhere.json") + "] cannot be used");
    }

    @Test
    void onlyThePlanThatWasApprovedPasses() {
        PlanFile file = PlanFile.of(freeze(v1()));

        file.requireApproved(file.sha256());
        file.requireApproved(file.sha256().substring(0, 12));

        for (String other : List.of("", "abc", file.sha256().substring(0, 11), "0".repeat(64), file.sha256() + "0")) {
            assertThatThrownBy(() -> file.requireApproved(other)).as(other).hasMessageContaining("RLV-717");
        }
    }

    /** What a plan says is what is written, whatever state the cluster was left in. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void theWritesOfADeployAreThoseOfItsPlan(long seed) {
        Random random = new Random(seed);
        String[] extras = random.nextBoolean() ? new String[] {Shop.ROUTE} : new String[] {Shop.EXTRA_CONFIG, SECRET};
        deploy(Shop.version("v0", StrategyName.ROLLING, extras), Optional.empty());
        int compared = 0;
        for (int i = 1; i <= 12; i++) {
            StrategyName strategy = StrategyName.values()[random.nextInt(4)];
            ReleaseSpec spec = Shop.version("v" + random.nextInt(5), strategy, extras);
            FrozenPlan plan = throughAFile(freeze(spec));
            boolean dies = random.nextInt(3) == 0;
            SimulatedClient client = dies
                    ? new SimulatedClient(cluster).dyingAt(1 + random.nextInt(60), random.nextBoolean())
                    : new SimulatedClient(cluster);
            try {
                service(client).deploy(spec, options(), Optional.of(plan));
                assertWritesAre(plan, client.writes(), true, "seed " + seed + ", deploy " + i);
                compared++;
            } catch (RelevoException refused) {
                // Pods became ready while the dead deployer's lock was waited for, so another way is open now.
                assertThat(refused.problem().code()).isEqualTo(DeployError.PLAN_INPUTS_CHANGED);
                assertThat(client.writes()).allMatch(write -> write.contains(" Lease/"));
            } catch (Killed died) {
                assertWritesAre(plan, client.writes(), false, "seed " + seed + ", deploy " + i);
            }
            cluster.pass(Duration.ofSeconds(random.nextInt(40)));
        }
        assertThat(compared).isPositive();
    }

    static Stream<Long> seeds() {
        return Stream.iterate(1L, seed -> seed + 1).limit(Long.getLong("relevo.seeds", 40));
    }

    /** The objects are written in the plan's order. Operations that have nothing left to do write nothing, applies always. */
    private static void assertWritesAre(FrozenPlan plan, List<String> writes, boolean whole, String story) {
        List<String> done = new ArrayList<>();
        for (String write : writes) {
            // An operation may write its object again after a conflict.
            if (!write.contains(" Lease/") && (done.isEmpty() || !last(done).equals(write))) {
                done.add(write);
            }
        }
        int next = 0;
        for (FrozenPlan.Step step : plan.steps()) {
            if (step.writes().isEmpty()) {
                continue;
            }
            String object = " " + shown(step);
            boolean applies = step.does().startsWith("Apply ");
            boolean repeated = next > 0 && done.get(next - 1).equals("apply" + object);
            if (next < done.size()
                    && done.get(next).endsWith(object)
                    && (!applies || done.get(next).startsWith("apply "))) {
                next++;
            } else if (whole && applies && !repeated) {
                throw new AssertionError(story + ": [" + step.does() + "] was not done; writes were " + writes);
            }
        }
        assertThat(done.subList(next, done.size()))
                .as(story + ": written besides the plan")
                .isEmpty();
    }

    private static String last(List<String> list) {
        return list.get(list.size() - 1);
    }

    /** The object as a client names it: the kind without its group. */
    private static String shown(FrozenPlan.Step step) {
        return step.writes().replaceFirst("\\.[a-z0-9.]+/", "/");
    }

    private FrozenPlan throughAFile(FrozenPlan plan) {
        Path file = folder.resolve("plan.json");
        PlanFile.of(plan).write(file);
        FrozenPlan read = PlanFile.read(file).plan();
        assertThat(read).isEqualTo(plan);
        return read;
    }

    private static ReleaseSpec v1() {
        return Shop.version("v1", StrategyName.ROLLING);
    }

    private static ReleaseSpec v2() {
        return Shop.version("v2", StrategyName.ROLLING);
    }

    private static DeployOptions options() {
        return Shop.options(true);
    }

    private FrozenPlan freeze(ReleaseSpec spec) {
        return service(new SimulatedClient(cluster)).propose(spec, options()).frozen();
    }

    private DeployOutcome deploy(ReleaseSpec spec, Optional<FrozenPlan> plan) {
        return service(new SimulatedClient(cluster)).deploy(spec, options(), plan);
    }

    private Problem refused(ReleaseSpec spec, FrozenPlan plan) {
        return catchThrowableOfType(RelevoException.class, () -> deploy(spec, Optional.of(plan)))
                .problem();
    }

    private void change(Kind kind, java.util.function.Consumer<com.fasterxml.jackson.databind.node.ObjectNode> change) {
        KubeObject live =
                cluster.store().get(new ObjectRef(kind, "dev", "shop")).orElseThrow();
        cluster.store().replace(live.with(change));
        cluster.pass(Duration.ofSeconds(10));
    }

    /** Everything but the lock. */
    private String contents() {
        StringBuilder all = new StringBuilder();
        for (KubeObject object : cluster.store().all()) {
            if (!object.kind().equals(Kind.LEASE)) {
                all.append(object.tree());
            }
        }
        return all.toString();
    }

    private DeployService service(SimulatedClient client) {
        return new DeployService(
                client,
                EventSink.none(),
                cluster.pace(),
                cluster.reach(),
                (deployment, replicaSets, pods) -> Optional.empty(),
                "deployer-" + System.identityHashCode(client));
    }
}
