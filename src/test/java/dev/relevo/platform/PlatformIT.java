package dev.relevo.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.relevo.platform.running.Build;
import dev.relevo.platform.running.Greeting;
import dev.relevo.platform.running.JenkinsApi;
import dev.relevo.platform.running.Job;
import dev.relevo.platform.running.Platform;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The platform as people use it: a real Jenkins with the configuration of the image, a real agent, and a service that
 * answers. One Jenkins for all tests, since its start takes minutes; each test delivers versions of its own.
 *
 * <p>Needs {@code JENKINS_WAR} and {@code JENKINS_PLUGINS}, and the engine as {@code mvn -Pdist package} makes it.
 */
@DisplayName("Jenkins with this configuration")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PlatformIT {
    private static final String MAIN = "job/samples/job/clients/job/main/";
    private static final int LAST = Integer.MAX_VALUE;
    private static final int BUILDS = 50;

    private Optional<Platform> started = Optional.empty();

    @BeforeAll
    void startJenkins(@TempDir Path folder) throws Exception {
        Optional<String> missing = Platform.missing();
        assumeTrue(missing.isEmpty(), missing.orElse(""));
        started = Optional.of(Platform.start(folder));
        sayVersions();
    }

    @AfterAll
    void stopJenkins() throws Exception {
        if (started.isPresent()) {
            started.get().close();
        }
    }

    private Platform platform() {
        return started.orElseThrow();
    }

    private JenkinsApi jenkins() {
        return platform().jenkins();
    }

    private void sayVersions() throws Exception {
        Map<String, String> plugins = new TreeMap<>();
        jenkins()
                .json("pluginManager/api/json?tree=plugins[shortName,version]")
                .path("plugins")
                .forEach(plugin -> plugins.put(
                        plugin.path("shortName").asText(),
                        plugin.path("version").asText()));
        System.out.println("Jenkins " + jenkins().script("Jenkins.VERSION") + " on Java "
                + System.getProperty("java.version") + " with " + plugins.size() + " plugins: " + plugins);
    }

    /**
     * A pipeline for the service of a repository of its own.
     *
     * @param steps what it does in the checked out folder
     */
    private Job pipeline(String name, String steps) throws Exception {
        return jenkins().pipeline(name, """
                @Library('relevo') _

                node('relevo') {
                    git(url: '%s', branch: 'main')
                    %s
                }
                """.formatted(platform().greetings().address(), steps));
    }

    private void commitGreeting(Greeting greeting, String version) throws Exception {
        greeting.version(version);
        platform().greetings().commit("Version " + version);
    }

    private static Build succeeded(Build build) throws Exception {
        assertThat(build.result()).as(build.log()).isEqualTo("SUCCESS");
        return build;
    }

    private static String address(Build build, String directory) throws Exception {
        return build.deploy(directory).path("address").asText();
    }

    private static String sampleAddress(Build build) throws Exception {
        return address(build, Platform.SAMPLE + "/");
    }

    @Test
    @Order(1)
    void hasTheSamplesJobsWithoutAnybodysClick() throws Exception {
        assertThat(jenkins().json("job/samples/api/json?tree=jobs[name]").path("jobs"))
                .extracting(job -> job.path("name").asText())
                .containsExactlyInAnyOrder("clients", "clients-deploy");
        assertThat(jenkins()
                        .json("job/samples/job/clients-deploy/api/json?tree=property[parameterDefinitions[name]]")
                        .findValuesAsText("name"))
                .containsExactly("ENVIRONMENT", "STRATEGY", "ROLLBACK_TO");
        assertThat(jenkins()
                        .json("api/json?tree=numExecutors")
                        .path("numExecutors")
                        .asInt(-1))
                .isZero();
    }

    @Test
    @Order(2)
    void givesNothingToWhoeverIsNotSignedIn() throws Exception {
        for (String page : List.of(
                "",
                "api/json",
                "job/samples/api/json",
                MAIN + "1/consoleText",
                "computer/api/json",
                "prometheus/",
                "computer/relevo-1/jenkins-agent.jnlp")) {
            assertThat(jenkins().anonymously(page).statusCode()).as(page).isIn(401, 403, 404);
        }
        assertThat(jenkins().anonymously("login").statusCode()).isEqualTo(200);
    }

    @Test
    @Order(3)
    void isHealthyInTheEyesOfItsAgent() throws Exception {
        assertThat(platform().agentIsHealthy()).isTrue();
    }

    @ParameterizedTest
    @Order(4)
    @ValueSource(
            strings = {
                "kubernetes",
                "credentials/git-https.yaml",
                "credentials/git-ssh.yaml",
                "credentials/kubeconfig.yaml"
            })
    void couldTakeTheOtherPartsOfTheConfigurationToo(String part) throws Exception {
        Path source = Path.of("jenkins-image/casc", part).toAbsolutePath();

        assertThat(jenkins()
                        .post("manage/configuration-as-code/checkNewSource", Map.of("newSource", source.toString()))
                        .body())
                .contains("The configuration can be applied");
    }

    @ParameterizedTest
    @Order(5)
    @ValueSource(strings = {"edge/Jenkinsfile", "sample-service/Jenkinsfile.declarative"})
    void findsTheDeclarativePipelinesOfThisRepositoryValid(String file) throws Exception {
        assertThat(jenkins()
                        .post(
                                "pipeline-model-converter/validate",
                                Map.of("jenkinsfile", Files.readString(Path.of(file))))
                        .body())
                .contains("Jenkinsfile successfully validated.");
    }

    @Test
    @Order(10)
    void deliversByTheOneLinePipeline() throws Exception {
        Job main = new Job(jenkins(), MAIN);
        succeeded(main.build(1));

        platform().sample("one line");
        Build build = succeeded(main.start());

        assertThat(Platform.answer(sampleAddress(build))).isEqualTo("one line");
        assertThat(build.description()).contains("release 2 of clients in local", "@sha256:");
        assertThat(jenkins().json(build.path() + "testReport/api/json").findValuesAsText("name"))
                .contains(Greeting.TEST);
    }

    @Test
    @Order(11)
    void deliversByTheDeclarativePipeline() throws Exception {
        platform().sample("declarative");

        Build build = succeeded(jenkins()
                .pipelineFrom("declarative", platform().samples(), Platform.SAMPLE + "/Jenkinsfile.declarative")
                .start());

        assertThat(Platform.answer(sampleAddress(build))).isEqualTo("declarative");
    }

    @Test
    @Order(12)
    void deliversByTheScriptedPipeline() throws Exception {
        platform().sample("scripted");

        Build build = succeeded(jenkins()
                .pipelineFrom("scripted", platform().samples(), Platform.SAMPLE + "/Jenkinsfile.scripted")
                .start());

        // It works in the folder itself, so the archived paths begin there.
        assertThat(Platform.answer(address(build, ""))).isEqualTo("scripted");
        assertThat(build.log()).contains("It answers at " + address(build, ""));
    }

    @Test
    @Order(13)
    void deliversTheSampleServiceItselfWithItsDatabase() throws Exception {
        Build build = succeeded(jenkins()
                .pipelineFrom("sample", platform().wholeSample(), Platform.SAMPLE + "/Jenkinsfile")
                .start());

        assertThat(Platform.answer(sampleAddress(build) + "/getall")).contains("\"name\"", "\"money\"");
        assertThat(jenkins()
                        .json(build.path() + "testReport/api/json?tree=passCount,failCount")
                        .path("passCount")
                        .asInt())
                .isGreaterThan(20);
    }

    @ParameterizedTest
    @Order(20)
    @ValueSource(strings = {"big-bang", "rolling", "blue-green", "canary"})
    void deliversOnDemandByEveryStrategy(String strategy) throws Exception {
        platform().sample("on demand, " + strategy);

        Build build = succeeded(jenkins()
                .job("samples", "clients-deploy")
                .start(Map.of("ENVIRONMENT", "local", "STRATEGY", strategy, "ROLLBACK_TO", "")));

        assertThat(build.deploy(Platform.SAMPLE + "/").path("strategy").asText())
                .isEqualTo(strategy);
        assertThat(Platform.answer(sampleAddress(build))).isEqualTo("on demand, " + strategy);
    }

    @Test
    @Order(21)
    void bringsAnEarlierReleaseBackOnDemand() throws Exception {
        Job job = jenkins().job("samples", "clients-deploy");
        Map<String, String> parameters = Map.of("ENVIRONMENT", "local", "STRATEGY", "", "ROLLBACK_TO", "");
        platform().sample("good");
        Build good = succeeded(job.start(parameters));
        platform().sample("not so good");
        succeeded(job.start(parameters));
        String release = good.deploy(Platform.SAMPLE + "/").path("release").asText();

        Build back = succeeded(job.start(Map.of("ENVIRONMENT", "local", "STRATEGY", "", "ROLLBACK_TO", release)));

        assertThat(Platform.answer(sampleAddress(good))).isEqualTo("good");
        assertThat(back.description()).endsWith("of clients in local, as release " + release + " was");
    }

    @Test
    @Order(14)
    void deliversByThePipelineThatTheReadmeShows() throws Exception {
        Greeting greeting = platform().greeting("shown");
        greeting.write("Jenkinsfile", pipelineOfTheReadme());
        commitGreeting(greeting, "as shown");

        Build build = succeeded(jenkins()
                .pipelineFrom("shown", platform().greetings(), "Jenkinsfile")
                .start());

        assertThat(Platform.answer(address(build, ""))).isEqualTo("as shown");
    }

    private static String pipelineOfTheReadme() throws Exception {
        String readme = Files.readString(Path.of("README.md"));
        String begin = "```groovy\n";
        int start = readme.indexOf(begin) + begin.length();
        return readme.substring(start, readme.indexOf("```", start));
    }

    @Test
    @Order(30)
    void failsABuildWhoseTestFailsAndNamesTheTest() throws Exception {
        commitGreeting(platform().greeting("failing").failing(), "never seen");

        Build build = pipeline("failing-test", "relevoPipeline()").start();

        assertThat(build.result()).isEqualTo("FAILURE");
        assertThat(build.log()).contains(Greeting.TEST, "expected Ada but was nobody", "script returned exit code 3");
        assertThat(jenkins().json(build.path() + "testReport/api/json").toString())
                .contains(Greeting.TEST)
                .contains("\"failCount\":1");
    }

    @Test
    @Order(31)
    void makesABuildUnstableWhereThatIsWantedAndDeploysNothing() throws Exception {
        commitGreeting(platform().greeting("failing").failing(), "never seen");

        Build build =
                pipeline("unstable-test", "relevoPipeline(unstable: true)").start();

        assertThat(build.result()).isEqualTo("UNSTABLE");
        assertThat(build.log()).contains(Greeting.TEST, "so nothing is pushed or deployed");
        assertThat(jenkins().json(build.path() + "testReport/api/json").toString())
                .contains("\"failCount\":1");
        assertThat(build.stepsByStage()).containsKey("Test").doesNotContainKeys("Push", "Deploy");
    }

    @Test
    @Order(32)
    void failsWithTheRootCauseAndKeepsTheOldVersionWhenTheNewOneIsBroken() throws Exception {
        Greeting greeting = platform().greeting("broken");
        commitGreeting(greeting, "works");
        Job job = pipeline("broken-version", "relevoPipeline()");
        String address = address(succeeded(job.start()), "");

        commitGreeting(greeting, Greeting.BROKEN);
        Build build = job.start();

        assertThat(build.result()).isEqualTo("FAILURE");
        assertThat(build.log()).contains(Greeting.ROOT_CAUSE, "error RLV-", "what to do:");
        assertThat(Platform.answer(address)).isEqualTo("works");
    }

    @Test
    @Order(40)
    void staysInASafeStateWhenABuildIsAbortedInTheMiddleOfACanary() throws Exception {
        Greeting greeting = platform().greeting("aborted");
        commitGreeting(greeting, "old");
        Job job = pipeline("aborted", "relevoPipeline(strategy: 'canary')");
        String address = address(succeeded(job.start()), "");
        commitGreeting(greeting.observed(600), "candidate");
        Build build = job.start();
        Platform.answers(address, "candidate");

        build.abort();

        assertThat(build.result()).as(build.log()).isEqualTo("ABORTED");
        assertThat(build.log()).contains("The candidate was withdrawn; release 1 serves");
        assertThat(answersOf(address)).containsOnly("old");
        commitGreeting(greeting.observed(1), "next");
        succeeded(job.start());
        assertThat(answersOf(address)).containsOnly("next");
    }

    private static List<String> answersOf(String address) throws Exception {
        List<String> answers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            answers.add(Platform.answer(address));
        }
        return answers;
    }

    @Test
    @Order(41)
    void bringsADeployToItsEndAlthoughTheControllerIsRestartedMeanwhile() throws Exception {
        Greeting greeting = platform().greeting("restarted");
        commitGreeting(greeting, "old");
        Job job = pipeline("restarted", "relevoPipeline(strategy: 'canary')");
        String address = address(succeeded(job.start()), "");
        commitGreeting(greeting.observed(20), "new");
        Build build = job.start();
        Platform.answers(address, "new");

        platform().restartController();

        succeeded(build);
        assertThat(build.log()).contains("Resuming build at ");
        assertThat(build.description()).contains("release 2 of greeting");
        assertThat(answersOf(address)).containsOnly("new");
    }

    @Test
    @Order(42)
    void letsTheNewestOfManyBuildsDeployAndTheOthersGiveWay() throws Exception {
        commitGreeting(platform().greeting("crowded"), "newest");
        Build holder = jenkins()
                .pipeline("holder", "lock('greeting-local') { input(id: 'Release', message: 'Release the lock?') }")
                .start();
        holder.says("Release the lock?");
        Job job = pipeline("crowded", "relevoPipeline(skip: ['test'], lock: 'greeting-local')");
        List<Build> builds = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            Build build = job.start();
            build.says("Trying to acquire lock on [Resource: greeting-local]");
            builds.add(build);
        }

        jenkins().post(holder.path() + "input/Release/proceedEmpty", Map.of());

        Build newest = succeeded(builds.get(4));
        for (Build older : builds.subList(0, 4)) {
            assertThat(older.result()).as(older.log()).isEqualTo("NOT_BUILT");
        }
        assertThat(newest.description()).contains("release 1 of greeting");
        assertThat(Platform.answer(address(newest, ""))).isEqualTo("newest");
    }

    @Test
    @Order(43)
    void runsNothingThatTheNameOfABranchSays() throws Exception {
        List<String> names =
                List.of("feature/x';touch${IFS}pwned;echo${IFS}'", "feature/$(touch${IFS}pwned)`touch${IFS}pwned`");
        for (String name : names) {
            platform().samples().branch(name);
        }

        jenkins().post("job/samples/job/clients/build", Map.of());

        List<Job> jobs = jenkins().job("samples", "clients").branches(names.size() + 1);
        for (Job job : jobs) {
            succeeded(job.build(1));
        }
        assertThat(platform().filesNamed("pwned")).isEmpty();
    }

    @Test
    @Order(50)
    void runsOneScriptAndAtMostTwoStepsThatCollectResultsPerStepOfTheLibrary() throws Exception {
        Map<String, List<String>> stages = new Job(jenkins(), MAIN).build(2).stepsByStage();

        for (String stage : List.of("Test", "Build", "Push", "ConfigMap", "Deploy")) {
            List<String> steps = stages.getOrDefault(stage, List.of());
            System.out.println("Steps of " + stage + ": " + steps);
            assertThat(steps).as(stage).containsOnlyOnce("sh");
            // These two stay on the controller.
            assertThat(steps)
                    .filteredOn(
                            step -> !List.of("sh", "libraryResource", "withEnv").contains(step))
                    .hasSizeBetween(1, 2);
        }
    }

    @Test
    @Order(51)
    void addsLittleToWhatTheEngineTakesByHand() throws Exception {
        Greeting greeting = platform().greeting("measured");
        commitGreeting(greeting, "first");
        Job job = pipeline("measured", "relevoPipeline()");
        succeeded(job.start());
        Path project = platform().greetings().folder();
        List<Double> byHand = new ArrayList<>();
        List<Double> byJenkins = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            commitGreeting(greeting, "by hand " + i);
            long begin = System.nanoTime();
            for (String step : List.of("test", "build", "push", "configmap", "deploy")) {
                platform().engine().run(project, step);
            }
            byHand.add((System.nanoTime() - begin) / 1e9);
            commitGreeting(greeting, "by Jenkins " + i);
            Build build = succeeded(job.start());
            byJenkins.add(build.duration().toMillis() / 1e3);
            assertThat(Platform.answer(address(build, ""))).isEqualTo("by Jenkins " + i);
        }
        System.out.printf(
                Locale.ROOT,
                "Five commands by hand %s s, by Jenkins %s s; the least of each differ by %.1f s, goal: 10 s%n",
                byHand,
                byJenkins,
                Collections.min(byJenkins) - Collections.min(byHand));
    }

    @Test
    @Order(52)
    void keepsItsMemoryOverManyBuilds() throws Exception {
        Job job = pipeline("small", "relevo('local status')");
        builds(job, 10);
        long before = heapMegabytes();
        builds(job, BUILDS);
        long after = heapMegabytes();

        System.out.printf(
                "Heap in use after %d builds: %d MB, before %d MB, goal: 50 MB more%n", BUILDS, after, before);
    }

    private static void builds(Job job, int count) throws Exception {
        List<Build> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(job.start());
            if (all.size() >= 4) {
                succeeded(all.remove(0));
            }
        }
        for (Build build : all) {
            succeeded(build);
        }
    }

    private long heapMegabytes() throws Exception {
        return Long.parseLong(jenkins().script("""
                ({ 3.times { System.gc(); Thread.sleep(1000) }
                   (Runtime.runtime.totalMemory() - Runtime.runtime.freeMemory()) >> 20 }).call()"""));
    }

    @Test
    @Order(LAST - 1)
    void masksACredentialThatABuildHandsToTheEngine() throws Exception {
        commitGreeting(platform().greeting("secret"), "secret");

        Build build = succeeded(pipeline("secret", """
                withCredentials([usernamePassword(credentialsId: 'registry', usernameVariable: 'NAME', passwordVariable: 'WORD')]) {
                    relevoPipeline(skip: ['test'], set: ['service.env.WORD': env.WORD])
                    echo relevo('config explain', set: ['service.env.WORD': env.WORD])
                }""").start());

        assertThat(build.log()).contains("****").doesNotContain(platform().secret("registry-password"));
    }

    @Test
    @Order(LAST)
    void hasNoSecretInAnyLog() throws Exception {
        List<String> logs = new ArrayList<>();
        for (JsonNode url : jenkins()
                .json("api/json?tree=jobs[builds[url],jobs[builds[url],jobs[builds[url]]]]")
                .findValues("url")) {
            logs.add(new Build(jenkins(), URI.create(url.asText()).getRawPath().substring(1)).log());
        }
        logs.add(platform().controllerLog());

        assertThat(logs).hasSizeGreaterThan(10);
        platform().secrets().forEach((name, secret) -> {
            assertThat(secret).as(name).hasSizeGreaterThan(15);
            assertThat(logs).as(name).noneMatch(log -> log.contains(secret));
        });
    }
}
