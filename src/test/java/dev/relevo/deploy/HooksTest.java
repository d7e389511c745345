package dev.relevo.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.deploy.SimulatedClient.Killed;
import dev.relevo.deploy.execute.Errands;
import dev.relevo.deploy.execute.HookJob;
import dev.relevo.deploy.plan.DeployOptions;
import dev.relevo.deploy.plan.FrozenPlan;
import dev.relevo.deploy.plan.Hook;
import dev.relevo.deploy.plan.Hook.Moment;
import dev.relevo.deploy.plan.HookScene;
import dev.relevo.deploy.plan.Hooks;
import dev.relevo.deploy.release.DeployError;
import dev.relevo.deploy.release.HookOutcome;
import dev.relevo.deploy.release.Marks;
import dev.relevo.deploy.release.ReleaseRecord;
import dev.relevo.deploy.release.ReleaseSpec;
import dev.relevo.report.Event;
import dev.relevo.report.Problem;
import dev.relevo.report.RelevoException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is done around a deploy, and what becomes of the deploy when it fails. */
class HooksTest {
    private final SimulatedCluster cluster = new SimulatedCluster();
    private final List<Event> events = new ArrayList<>();
    private final List<String> done = new ArrayList<>();
    private final Set<String> failing = new TreeSet<>();

    /** What became of each Job that the cluster has ever seen, e.g. {@code migrate: runs 3 of dev}. */
    private final Set<String> jobsSeen = new TreeSet<>();

    private Optional<String> jobsEnd = Optional.of("Complete");

    HooksTest() {
        cluster.onEveryStep(this::runJobs);
    }

    @ParameterizedTest
    @EnumSource(StrategyName.class)
    void hooksRunInTheirOrderAroundEveryStrategyAndAreRecorded(StrategyName strategy) {
        deploy("v1", StrategyName.ROLLING, Hooks.NONE);
        Hooks hooks = new Hooks(
                List.of(program("first", Moment.BEFORE), program("second", Moment.BEFORE)),
                Optional.empty(),
                List.of(program("last", Moment.AFTER)),
                List.of(program("never", Moment.ON_FAILURE)),
                true);

        DeployOutcome outcome = deploy("v2", strategy, hooks);

        assertThat(done).containsExactly("first sees v1", "second sees v1", "last sees v2");
        assertThat(outcome.hooks())
                .extracting(hook -> hook.name() + " " + hook.moment() + " " + hook.word())
                .containsExactly("first before done", "second before done", "last after done");
        assertThat(records().get(1).hooks()).isEqualTo(outcome.hooks());
        assertServes("v2");
        assertThat(tasks()).contains("Run hook [first] before", "Run hook [last] after");
    }

    @Test
    void aHookThatFailsBeforeLeavesEverythingUntouched() {
        deploy("v1", StrategyName.ROLLING, Hooks.NONE);
        failing.add("check");
        Hooks hooks = new Hooks(
                List.of(program("check", Moment.BEFORE)),
                Optional.empty(),
                List.of(),
                List.of(program("alarm", Moment.ON_FAILURE)),
                false);
        SimulatedClient client = new SimulatedClient(cluster);

        Problem problem = failing(() -> service(client).deploy(v("v2"), options(hooks)));

        assertThat(problem.code()).isEqualTo(DeployError.HOOK_REFUSED);
        assertThat(problem.code().exit().number()).isEqualTo(10);
        assertThat(problem.summary()).isEqualTo("Hook [check] before failed: it says no");
        assertThat(problem.details()).contains("Nothing was changed");
        assertThat(client.writes()).allMatch(write -> write.contains("Lease/"));
        assertThat(done).containsExactly("check sees v1", "alarm sees v1");
        assertServes("v1");
    }

    @Test
    void aHookThatFailsAfterIsAWarningUnlessItDecides() {
        deploy("v1", StrategyName.ROLLING, Hooks.NONE);
        failing.add("announce");
        Hooks hooks =
                new Hooks(List.of(), Optional.empty(), List.of(program("announce", Moment.AFTER)), List.of(), false);

        DeployOutcome outcome = deploy("v2", StrategyName.BLUE_GREEN, hooks);

        assertServes("v2");
        assertThat(outcome.hooks()).extracting(HookOutcome::word).containsExactly("failed");
        assertThat(warnings()).contains("Hook [announce] after failed: it says no");
    }

    @Test
    void aHookThatDecidesAndFailsAfterBringsThePreviousReleaseBack() {
        Hooks hooks = new Hooks(
                List.of(),
                Optional.empty(),
                List.of(program("probe", Moment.AFTER)),
                List.of(program("alarm", Moment.ON_FAILURE)),
                true);
        deploy("v1", StrategyName.ROLLING, hooks);
        failing.add("probe");
        failing.add("alarm");
        done.clear();

        Problem problem = failing(() -> deploy("v2", StrategyName.BLUE_GREEN, hooks));

        assertThat(problem.code()).isEqualTo(DeployError.ROLLED_BACK);
        assertThat(problem.summary()).isEqualTo("Hook [probe] after failed: it says no");
        assertThat(problem.details()).contains("Release 2 was rolled back; release 1 serves", "Cause: RLV-743");
        assertThat(done).containsExactly("probe sees v2", "alarm sees v1");
        assertThat(records().get(1).hooks())
                .extracting(hook -> hook.name() + " " + hook.word())
                .containsExactly("probe failed", "alarm failed");
        assertThat(records().get(0).hooks())
                .as("those of the release that came back")
                .extracting(hook -> hook.name() + " " + hook.word())
                .containsExactly("probe done");
        assertServes("v1");
    }

    @Test
    void aMigrationRunsOnceBetweenTheOldVersionAndTheNew() {
        deploy("v1", StrategyName.ROLLING, Hooks.NONE);

        DeployOutcome outcome = deploy("v2", StrategyName.BIG_BANG, migration());

        assertThat(jobsSeen).singleElement().asString().matches("shop-hook-[0-9a-f]{10} while nothing runs");
        assertThat(jobs()).as("a Job that succeeded goes").isEmpty();
        assertThat(outcome.hooks()).extracting(HookOutcome::moment).containsExactly("between");
        assertServes("v2");
    }

    @Test
    void theOldReleaseReturnsWhenTheMigrationFails() {
        deploy("v1", StrategyName.ROLLING, Hooks.NONE);
        jobsEnd = Optional.of("Failed");

        Problem problem = failing(() -> deploy("v2", StrategyName.BIG_BANG, migration()));

        assertThat(problem.code()).isEqualTo(DeployError.ROLLED_BACK);
        assertThat(problem.summary())
                .matches("Hook \\[migrate] between failed: Job/shop-hook-[0-9a-f]{10} in dev: it went wrong");
        assertThat(jobs()).as("a Job that failed stays to be looked at").hasSize(1);
        assertThat(jobs().get(0).at("/spec/backoffLimit").asInt(-1)).isZero();
        assertThat(jobs().get(0).at("/spec/activeDeadlineSeconds").asInt()).isEqualTo(60);
        assertThat(jobs().get(0).at("/spec/ttlSecondsAfterFinished").asInt()).isEqualTo(86400);
        assertServes("v1");

        jobsEnd = Optional.of("Complete");
        deploy("v2", StrategyName.BIG_BANG, migration());
        assertServes("v2");
        assertThat(jobs()).isEmpty();
    }

    @Test
    void aMigrationThatHangsIsStoppedAtItsTimeout() {
        deploy("v1", StrategyName.ROLLING, Hooks.NONE);
        jobsEnd = Optional.empty();

        Problem problem = failing(() -> deploy("v2", StrategyName.BIG_BANG, migration()));

        assertThat(problem.summary()).isEqualTo("Hook [migrate] between failed: it took longer than 1m");
        assertThat(jobs())
                .as("nothing goes on beside the version that came back")
                .isEmpty();
        assertServes("v1");
    }

    @Test
    void theContainersOfAMigrationFindTheTraceOfTheDeployUnlessTheySayWhichIsTheirs() {
        deploy("v1", StrategyName.ROLLING, Hooks.NONE);
        jobsEnd = Optional.of("Failed");

        Problem untraced = failing(() -> deploy("v2", StrategyName.BIG_BANG, migration()));
        assertThat(variables(jobs().get(0)))
                .containsExactly(
                        "",
                        "[{\"name\":\"A\",\"value\":\"1\"}]",
                        "[{\"name\":\"TRACEPARENT\",\"value\":\"00-own-own-01\"}]");

        DeployService traced = service(new SimulatedClient(cluster)).with(new Errands() {
            @Override
            public String run(Hook hook, HookScene scene) {
                return "";
            }

            @Override
            public Map<String, String> trace() {
                return Map.of("TRACEPARENT", "00-trace-span-01");
            }
        });
        Problem again = failing(() -> traced.deploy(Shop.version("v2", StrategyName.BIG_BANG), options(migration())));

        assertThat(again.summary()).as("the same Job").isEqualTo(untraced.summary());
        assertThat(variables(jobs().get(0)))
                .containsExactly(
                        "[{\"name\":\"TRACEPARENT\",\"value\":\"00-trace-span-01\"}]",
                        "[{\"name\":\"A\",\"value\":\"1\"},"
                                + "{\"name\":\"TRACEPARENT\",\"value\":\"00-trace-span-01\"}]",
                        "[{\"name\":\"TRACEPARENT\",\"value\":\"00-own-own-01\"}]");
    }

    private static List<String> variables(KubeObject job) {
        return Stream.of("initContainers/0", "containers/0", "containers/1")
                .map(container -> job.at("/spec/template/spec/" + container + "/env"))
                .map(JsonNode::toString)
                .toList();
    }

    @Test
    void whoComesAfterACrashWaitsForTheMigrationThatStillRuns() {
        deploy("v1", StrategyName.ROLLING, Hooks.NONE);
        jobsEnd = Optional.empty();
        SimulatedClient mortal = new SimulatedClient(cluster);
        cluster.onEveryStep(() -> {
            if (!jobs().isEmpty() && jobsEnd.isEmpty()) {
                mortal.close();
                jobsEnd = Optional.of("Later");
            }
        });
        assertThatThrownBy(
                        () -> service(mortal).deploy(Shop.version("v2", StrategyName.BIG_BANG), options(migration())))
                .isInstanceOf(Killed.class);
        assertThat(jobs()).hasSize(1);
        jobsEnd = Optional.of("Complete");

        deploy("v2", StrategyName.BIG_BANG, migration());

        assertThat(jobsSeen).as("it did not run twice").hasSize(1);
        assertServes("v2");
    }

    @Test
    void noTwoMigrationsOfAnAppRunAtOnce() {
        deploy("v1", StrategyName.ROLLING, Hooks.NONE);
        KubeObject other = KubeObject.named(new ObjectRef(Kind.JOB, "dev", "shop-hook-other"))
                .withLabel(Marks.APP, "shop")
                .withLabel(HookJob.HOOK, "between");
        KubeObject unused = cluster.store().create(other);
        jobsEnd = Optional.empty();
        Duration began = cluster.pace().elapsed();
        cluster.onEveryStep(() -> {
            if (cluster.pace().elapsed().minus(began).toSeconds() >= 40) {
                jobsEnd = Optional.of("Complete");
            }
        });

        deploy("v2", StrategyName.BIG_BANG, migration());

        assertThat(events)
                .anyMatch(event -> event instanceof Event.TaskProgress progress
                        && progress.detail().equals("shop-hook-other still runs"));
        assertServes("v2");
    }

    @Test
    void aRollbackAndAnUnchangedReleaseRunNoHooks() {
        Hooks hooks = new Hooks(
                List.of(program("before", Moment.BEFORE)),
                Optional.empty(),
                List.of(program("after", Moment.AFTER)),
                List.of(),
                true);
        deploy("v1", StrategyName.ROLLING, Hooks.NONE);
        deploy("v2", StrategyName.ROLLING, hooks);
        done.clear();

        deploy("v2", StrategyName.ROLLING, hooks);
        DeployOutcome outcome =
                service(new SimulatedClient(cluster)).rollback(Shop.APP, java.util.OptionalInt.empty(), options(hooks));

        assertThat(done).isEmpty();
        assertThat(outcome.hooks()).isEmpty();
        assertServes("v1");
    }

    @Test
    void aFrozenPlanHoldsItsHooks() {
        deploy("v1", StrategyName.ROLLING, Hooks.NONE);
        Hooks hooks = new Hooks(
                List.of(program("check", Moment.BEFORE)),
                Optional.empty(),
                List.of(),
                List.of(program("alarm", Moment.ON_FAILURE)),
                false);
        FrozenPlan plan = service(new SimulatedClient(cluster))
                .propose(v("v2"), options(hooks))
                .frozen();
        assertThat(plan.steps().get(0).does()).isEqualTo("Run hook [check] before");

        Hooks other = new Hooks(List.of(), Optional.empty(), List.of(), hooks.onFailure(), false);
        assertThatThrownBy(
                        () -> service(new SimulatedClient(cluster)).deploy(v("v2"), options(other), Optional.of(plan)))
                .hasMessageContaining("RLV-716")
                .hasMessageContaining("Run hook [check] before");
        Hooks silent = new Hooks(hooks.before(), Optional.empty(), List.of(), List.of(), false);
        assertThatThrownBy(
                        () -> service(new SimulatedClient(cluster)).deploy(v("v2"), options(silent), Optional.of(plan)))
                .hasMessageContaining("RLV-716")
                .hasMessageContaining("deploy.hooks.onFailure");
    }

    private static Hook program(String name, Moment moment) {
        return new Hook(name, moment, new Hook.Program(List.of("./" + name)), Duration.ofSeconds(10));
    }

    private static Hooks migration() {
        KubeObject job = Shop.object("""
                apiVersion: batch/v1
                kind: Job
                metadata: {name: migrate, namespace: dev}
                spec:
                  template:
                    spec:
                      restartPolicy: Never
                      initContainers: [{name: wait, image: "registry.example/wait:1"}]
                      containers:
                        - {name: migrate, image: "registry.example/shop:v2", env: [{name: A, value: "1"}]}
                        - {name: own, image: "registry.example/own:1", env: [{name: TRACEPARENT, value: 00-own-own-01}]}
                """);
        Hook hook = new Hook("migrate", Moment.BETWEEN, new Hook.Job(job), Duration.ofMinutes(1));
        return new Hooks(List.of(), Optional.of(hook), List.of(), List.of(), false);
    }

    /** Jobs as a cluster runs them: one that begins ends a step later as it is meant to. */
    private void runJobs() {
        for (KubeObject job : jobs()) {
            boolean fresh = job.at("/status/active").isMissingNode();
            if (fresh && !job.name().endsWith("other")) {
                boolean alone = cluster.store()
                        .list(Kind.POD, "dev", Map.of("app", "shop"))
                        .isEmpty();
                jobsSeen.add(job.name() + (alone ? " while nothing runs" : " beside others"));
            }
            boolean ended = job.at("/status/conditions").isArray();
            cluster.store().update(job.with(tree -> {
                var status = Marks.child(tree, "status").put("active", 1);
                if (!fresh
                        && !ended
                        && jobsEnd.filter(end -> !end.equals("Later")).isPresent()) {
                    status.putArray("conditions")
                            .addObject()
                            .put("type", jobsEnd.get())
                            .put("status", "True")
                            .put("message", "it went wrong");
                }
            }));
        }
    }

    private List<KubeObject> jobs() {
        return cluster.store().list(Kind.JOB, "dev", Map.of());
    }

    private DeployOutcome deploy(String version, StrategyName strategy, Hooks hooks) {
        return service(new SimulatedClient(cluster)).deploy(Shop.version(version, strategy), options(hooks));
    }

    private static ReleaseSpec v(String version) {
        return Shop.version(version, StrategyName.ROLLING);
    }

    private static DeployOptions options(Hooks hooks) {
        return Shop.options(true).withHooks(hooks);
    }

    private DeployService service(SimulatedClient client) {
        return new DeployService(
                        client,
                        events::add,
                        cluster.pace(),
                        cluster.reach(),
                        (deployment, replicaSets, pods) -> Optional.empty(),
                        "deployer")
                .with((hook, scene) -> {
                    done.add(hook.name() + " sees "
                            + String.join(
                                    " and ",
                                    cluster.sightings().images("shop").stream()
                                            .map(image -> image.substring(image.indexOf(':') + 1))
                                            .toList()));
                    if (failing.contains(hook.name())) {
                        throw Errands.failed(hook, "it says no").asException();
                    }
                    return "yes";
                });
    }

    private List<ReleaseRecord> records() {
        return service(new SimulatedClient(cluster)).history(Shop.APP);
    }

    private List<String> tasks() {
        return events.stream()
                .filter(Event.TaskFinished.class::isInstance)
                .map(event -> ((Event.TaskFinished) event).label())
                .toList();
    }

    private List<String> warnings() {
        return events.stream()
                .filter(Event.Warning.class::isInstance)
                .map(event -> ((Event.Warning) event).text())
                .toList();
    }

    private static Problem failing(org.assertj.core.api.ThrowableAssert.ThrowingCallable work) {
        return catchThrowableOfType(RelevoException.class, work).problem();
    }

    private void assertServes(String version) {
        cluster.pass(Duration.ofSeconds(8));
        assertThat(cluster.sightings().images("shop")).containsExactly("registry.example/shop:" + version);
        assertThat(service(new SimulatedClient(cluster))
                        .status(Shop.APP)
                        .orElseThrow()
                        .steady())
                .isTrue();
    }
}
