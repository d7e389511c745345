package dev.relevo.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.relevo.cluster.Cluster.DeleteOptions;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.cluster.TestApi;
import dev.relevo.config.ConfigLoader;
import dev.relevo.manifest.ManifestError;
import dev.relevo.report.Event;
import dev.relevo.report.RelevoException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigMapStepTest {
    @TempDir
    Path folder;

    private TestApi api;
    private SampleProject project;

    @BeforeEach
    void open() {
        api = TestApi.open(folder.resolve("api"));
        project = new SampleProject(folder.resolve("project"));
    }

    @AfterEach
    void close() {
        api.close();
    }

    @Test
    void the_configuration_becomes_an_immutable_object_that_deploy_can_rebuild() {
        project.write("db.json", "{}");
        configured("configmap: {files: [db.json], values: {LEVEL: info}}\n");

        StepResult.Config result = run();

        assertThat(result.name()).contains("demo-config");
        assertThat(result.keys()).containsExactly("LEVEL", "db.json");
        KubeObject live = live(result).orElseThrow();
        assertThat(live.name()).isEqualTo("demo-config-" + result.hash().orElseThrow());
        assertThat(live.at("/immutable").asBoolean()).isTrue();
        assertThat(live.labels()).containsEntry("relevo.dev/app", "demo");
        KubeObject made = ConfigMapStep.made(project.root).orElseThrow();
        assertThat(made.strings("/data")).isEqualTo(live.strings("/data"));
        assertThat(StepResults.of(project.root).require(StepResult.Config.class))
                .isEqualTo(result);
    }

    @Test
    void the_same_content_again_changes_nothing_and_another_shows_what_changes() {
        configured("configmap: {values: {LEVEL: info, apiToken: one}}\n");
        StepResult.Config first = run();
        assertThat(run()).isEqualTo(first);
        assertThat(outcome()).isEqualTo(Event.Outcome.UNCHANGED);

        configured("configmap: {values: {LEVEL: debug, apiToken: two}}\n");
        StepResult.Config second = run();

        assertThat(second.liveName()).isNotEqualTo(first.liveName());
        assertThat(live(first)).isPresent();
        assertThat(project.said())
                .contains("-  LEVEL: info")
                .contains("+  LEVEL: debug")
                .contains("*** (changed)")
                .doesNotContain("apiToken: one")
                .doesNotContain("apiToken: two");
    }

    @Test
    void the_diff_is_against_what_the_workload_refers_to() {
        configured("configmap: {values: {LEVEL: one}}\n");
        StepResult.Config used = run();
        configured("configmap: {values: {LEVEL: two}}\n");
        run();
        api.cluster().create(deploymentWith(used.liveName().orElseThrow()));

        configured("configmap: {values: {LEVEL: three}}\n");
        run();

        assertThat(project.said()).contains("changes from " + used.liveName().orElseThrow());
    }

    @Test
    void without_a_cluster_only_the_files_are_made() {
        configured("configmap: {values: {LEVEL: info}}\n");

        StepResult.Config result = new ConfigMapStep().run(context(), Optional.empty());

        assertThat(ConfigMapStep.made(project.root).orElseThrow().name())
                .isEqualTo(result.liveName().orElseThrow());
        assertThat(api.cluster().get(new ObjectRef(Kind.NAMESPACE, "", api.namespace())))
                .isEmpty();
    }

    @Test
    void a_project_without_configuration_forgets_the_one_before() {
        configured("configmap: {values: {LEVEL: info}}\n");
        run();

        configured("");

        assertThat(run())
                .isEqualTo(new StepResult.Config(
                        Optional.empty(), Optional.empty(), Optional.empty(), List.of(), Optional.empty()));
        assertThat(ConfigMapStep.made(project.root)).isEmpty();
    }

    @Test
    void a_credential_is_refused_before_anything_is_touched() {
        project.write("id", "-----BEGIN OPENSSH PRIVATE " + "KEY-----\nabc\n");
        configured("configmap: {files: [id]}\n");

        RelevoException thrown = catchThrowableOfType(RelevoException.class, this::run);

        assertThat(thrown.problem().code()).isEqualTo(ManifestError.CONFIG_SECRET);
        assertThat(api.cluster().get(new ObjectRef(Kind.NAMESPACE, "", api.namespace())))
                .isEmpty();
        assertThat(Files.exists(project.root.resolve(".relevo/configmap.yaml"))).isFalse();
    }

    @Test
    void an_object_of_that_name_with_another_content_is_not_taken_over() {
        configured("configmap: {values: {LEVEL: info}}\n");
        StepResult.Config result = run();
        KubeObject live = live(result).orElseThrow();
        api.cluster().delete(live.ref(), DeleteOptions.background());
        api.cluster()
                .create(KubeObject.named(live.ref())
                        .with(tree -> tree.putObject("data").put("LEVEL", "forged")));

        RelevoException thrown = catchThrowableOfType(RelevoException.class, this::run);

        assertThat(thrown.problem().code()).isEqualTo(ManifestError.CONFIG_TAKEN);
        assertThat(thrown.problem().toString()).doesNotContain("forged");
    }

    private StepResult.Config run() {
        return new ConfigMapStep().run(context(), Optional.of(api.cluster()));
    }

    private StepContext context() {
        return new StepContext(
                project.root,
                new ConfigLoader()
                        .load(project.root, Optional.of("dev"), Map.of(), List.of())
                        .config(),
                project.events::add);
    }

    private Optional<KubeObject> live(StepResult.Config result) {
        return api.cluster()
                .get(new ObjectRef(
                        Kind.CONFIG_MAP, api.namespace(), result.liveName().orElseThrow()));
    }

    private Event.Outcome outcome() {
        return project.events.stream()
                .filter(Event.StepFinished.class::isInstance)
                .map(Event.StepFinished.class::cast)
                .reduce((first, last) -> last)
                .orElseThrow()
                .outcome();
    }

    private void configured(String more) {
        project.config("environments: {dev: {namespace: " + api.namespace() + ", createNamespace: true}}\n" + more);
    }

    private KubeObject deploymentWith(String config) {
        return KubeObject.named(new ObjectRef(Kind.DEPLOYMENT, api.namespace(), "demo"))
                .withLabel("relevo.dev/app", "demo")
                .with(tree -> {
                    var spec = tree.putObject("spec").put("replicas", 0);
                    spec.putObject("selector").putObject("matchLabels").put("app", "demo");
                    var template = spec.putObject("template");
                    template.putObject("metadata").putObject("labels").put("app", "demo");
                    template.putObject("spec")
                            .putArray("containers")
                            .addObject()
                            .put("name", "app")
                            .put("image", "demo")
                            .putArray("envFrom")
                            .addObject()
                            .putObject("configMapRef")
                            .put("name", config);
                });
    }
}
