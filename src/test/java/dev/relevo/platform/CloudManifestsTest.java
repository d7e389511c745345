package dev.relevo.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.relevo.access.LeastRole;
import dev.relevo.cluster.Cluster;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.TestApi;
import dev.relevo.config.ConfigLoader;
import dev.relevo.config.RelevoConfig;
import dev.relevo.manifest.ManifestReader;
import dev.relevo.manifest.ManifestYaml;
import dev.relevo.manifest.Manifests;
import dev.relevo.manifest.ProjectManifests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The sample service on the clusters that {@code infra/} makes: its namespace, its manifests and the Jobs before a deploy. */
class CloudManifestsTest {
    private static final Path PROJECT = Path.of("").toAbsolutePath();
    private static final Path SAMPLE = PROJECT.resolve("sample-service");
    private static final String CLOUDS_NAMESPACE = "clients";

    private static final Map<String, RelevoConfig> CONFIGS = each(cloud -> new ConfigLoader()
            .load(SAMPLE, Optional.of(cloud), Map.of(), List.of())
            .config());
    private static final Map<String, Manifests> SAMPLES = each(cloud -> ProjectManifests.of(SAMPLE, config(cloud)));
    private static final Map<String, List<KubeObject>> NAMESPACES =
            each(cloud -> new ManifestReader(PROJECT).read("k8s/" + cloud).objects());

    @ParameterizedTest
    @ValueSource(strings = {"aws", "azure"})
    void the_service_has_an_ingress_with_tls_and_an_autoscaler_beside_everything_that_it_has_elsewhere(String cloud) {
        List<KubeObject> objects = sample(cloud).objects();

        assertThat(objects)
                .extracting(object -> object.kind().name() + "/" + object.name())
                .containsExactlyInAnyOrder(
                        "ServiceAccount/clients",
                        "Deployment/clients",
                        "Service/clients",
                        "PodDisruptionBudget/clients",
                        "HorizontalPodAutoscaler/clients",
                        "Ingress/clients");
        KubeObject ingress = only(objects, "Ingress");
        assertThat(ingress.at("/spec/tls/0/hosts/0").asText())
                .isEqualTo(ingress.at("/spec/rules/0/host").asText())
                .isEqualTo("clients.example.com");
        assertThat(ingress.annotations().toString()).contains("ssl-redirect");
        KubeObject autoscaler = only(objects, "HorizontalPodAutoscaler");
        assertThat(autoscaler.at("/spec/minReplicas").asInt())
                .isEqualTo(only(objects, "Deployment").at("/spec/replicas").asInt());
        assertThat(autoscaler.at("/spec/maxReplicas").asInt()).isEqualTo(6);
    }

    @Test
    void a_pod_answers_longer_than_the_load_balancer_needs_to_hear_that_it_leaves() {
        JsonNode pod = only(sample("aws").objects(), "Deployment").at("/spec/template/spec");

        int sleep = pod.at("/containers/0/lifecycle/preStop/sleep/seconds").asInt();
        assertThat(sleep).isGreaterThanOrEqualTo(15);
        assertThat(pod.path("terminationGracePeriodSeconds").asInt())
                .as("preStop, drain and grace")
                .isGreaterThan(sleep + 1 + 15);
        assertThat(only(namespace("aws"), "Namespace").labels())
                .as("a pod is ready only when the load balancer sends it requests")
                .containsEntry("elbv2.k8s.aws/pod-readiness-gate-inject", "enabled");
    }

    @ParameterizedTest
    @ValueSource(strings = {"aws", "azure"})
    void each_deploy_first_makes_the_database_and_brings_the_login(String cloud) {
        assertThat(config(cloud).deploy().hooks().before().toString())
                .contains("k8s/" + cloud + "/database.yaml", "k8s/" + cloud + "/credentials.yaml");
        assertThat(config(cloud).configmap().files()).contains("config/database.sql");
        assertThat(job(cloud, "database").at("/spec/template/spec/volumes").toString())
                .contains("\"configMap\":{\"name\":\""
                        + ProjectManifests.configName(config(cloud)).orElseThrow() + "\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"aws", "azure"})
    void the_jobs_fit_the_restricted_profile_and_have_limits_and_keep_logins_in_memory(String cloud) {
        for (String name : List.of("database", "credentials")) {
            JsonNode pod = RestrictedProfile.pod(job(cloud, name)).orElseThrow();

            assertThat(RestrictedProfile.complaints(pod)).isEmpty();
            assertThat(pod.at("/volumes/0/emptyDir/medium").asText()).isEqualTo("Memory");
            assertThat(pod.at("/serviceAccountName").asText()).isEqualTo("clients-" + name);
            Stream.of("initContainers", "containers")
                    .flatMap(group -> pod.path(group).valueStream())
                    .forEach(container -> {
                        assertThat(container.at("/resources/limits/memory").isTextual())
                                .isTrue();
                        assertThat(container
                                        .at("/securityContext/readOnlyRootFilesystem")
                                        .asBoolean())
                                .isTrue();
                        assertThat(container.path("image").asText())
                                .contains(":")
                                .doesNotEndWith(":latest");
                    });
        }
    }

    @Test
    void what_the_job_does_in_the_database_is_the_same_in_both_clouds() {
        assertThat(job("aws", "database").at("/spec/template/spec/containers"))
                .isEqualTo(job("azure", "database").at("/spec/template/spec/containers"));
        assertThat(job("aws", "credentials").at("/spec/template/spec/containers"))
                .isEqualTo(job("azure", "credentials").at("/spec/template/spec/containers"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"aws", "azure"})
    void the_deploy_identity_may_do_what_relevo_rbac_prints_and_nothing_else(String cloud) throws IOException {
        Manifests manifests = sample(cloud);
        LeastRole role = LeastRole.of(
                config(cloud),
                manifests.objects(),
                ProjectManifests.workload(manifests, config(cloud)).ref());

        assertThat(Files.readString(Path.of("k8s/cloud/role.yaml")))
                .as("refresh it: ./relevo -C sample-service rbac -e " + cloud + " > k8s/cloud/role.yaml")
                .isEqualTo(ManifestYaml.write(role.objects()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"aws", "azure"})
    void the_namespace_enforces_the_profile_and_is_closed_and_has_a_quota(String cloud) {
        List<KubeObject> objects = namespace(cloud);

        assertThat(only(objects, "Namespace").labels())
                .containsEntry("pod-security.kubernetes.io/enforce", "restricted");
        assertThat(objects)
                .filteredOn(object -> !object.kind().equals(Kind.NAMESPACE))
                .allSatisfy(object -> assertThat(object.namespace()).isEqualTo(CLOUDS_NAMESPACE));
        assertThat(objects)
                .extracting(object -> object.kind().name() + "/" + object.name())
                .contains("ResourceQuota/namespace", "LimitRange/containers", "NetworkPolicy/default-deny-ingress");
    }

    @ParameterizedTest
    @ValueSource(strings = {"aws", "azure"})
    void the_job_that_brings_the_login_may_write_one_secret(String cloud) throws IOException {
        List<KubeObject> objects = namespace(cloud);

        assertThat(objects)
                .filteredOn(object -> object.at("/subjects").toString().contains("\"clients-credentials\""))
                .singleElement()
                .satisfies(binding ->
                        assertThat(binding.at("/roleRef/name").asText()).isEqualTo("clients-credentials"));
        assertThat(objects)
                .filteredOn(object -> object.ref().toString().equals("Role/clients-credentials in clients"))
                .singleElement()
                .satisfies(role -> assertThat(role.at("/rules"))
                        .singleElement()
                        .isEqualTo(new YAMLMapper()
                                .readTree("{apiGroups: [''], resources: [secrets], resourceNames: [clients-db],"
                                        + " verbs: [get, create, patch]}")));
    }

    @Test
    void only_nodes_without_an_identity_of_their_own_need_a_registry_login() {
        assertThat(namespace("aws")).extracting(object -> object.kind().name()).contains("CronJob");
        assertThat(namespace("azure"))
                .extracting(object -> object.kind().name())
                .doesNotContain("CronJob");
    }

    @Test
    void an_api_server_takes_every_object_as_it_is(@TempDir Path files) {
        try (TestApi api = TestApi.open(files)) {
            KubeObject namespace = api.cluster().create(only(namespace("aws"), "Namespace"));
            try {
                Stream.of("aws", "azure")
                        .flatMap(cloud -> Stream.of(
                                        namespace(cloud).stream(),
                                        sample(cloud).objects().stream(),
                                        Stream.of(job(cloud, "database"), job(cloud, "credentials")))
                                .flatMap(objects -> objects))
                        .map(object ->
                                object.kind().equals(Kind.NAMESPACE) ? object : object.withNamespace(CLOUDS_NAMESPACE))
                        .forEach(object -> assertThatCode(
                                        () -> api.cluster().apply(object, Cluster.ApplyOptions.DRY_RUN))
                                .as(object.ref().toString())
                                .doesNotThrowAnyException());
            } finally {
                api.cluster().delete(namespace.ref(), Cluster.DeleteOptions.background());
            }
        }
    }

    private static RelevoConfig config(String cloud) {
        return of(cloud, CONFIGS);
    }

    private static Manifests sample(String cloud) {
        return of(cloud, SAMPLES);
    }

    private static List<KubeObject> namespace(String cloud) {
        return of(cloud, NAMESPACES);
    }

    private static <T> T of(String cloud, Map<String, T> values) {
        return Optional.ofNullable(values.get(cloud)).orElseThrow();
    }

    /** Read once: kubectl builds each kustomization. */
    private static <T> Map<String, T> each(Function<String, T> of) {
        return Map.of("aws", of.apply("aws"), "azure", of.apply("azure"));
    }

    private static KubeObject job(String cloud, String name) {
        return new ManifestReader(SAMPLE)
                .read("k8s/" + cloud + "/" + name + ".yaml")
                .objects()
                .get(0);
    }

    private static KubeObject only(List<KubeObject> objects, String kind) {
        return objects.stream()
                .filter(object -> object.kind().name().equals(kind))
                .findFirst()
                .orElseThrow();
    }
}
