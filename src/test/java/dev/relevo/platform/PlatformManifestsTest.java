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
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code kubectl apply -k k8s} brings into a cluster. */
class PlatformManifestsTest {
    private static final Path PROJECT = Path.of("").toAbsolutePath();
    private static final Path CASC = Path.of("jenkins-image/casc");
    private static final String IN_IMAGE = "/usr/share/jenkins/casc/";
    private static final Set<String> NAMESPACES = Set.of("devops-tools", "dev", "prod");

    @ParameterizedTest
    @ValueSource(strings = {"k8s", "k8s/gateway"})
    void every_pod_fits_the_restricted_profile(String folder) {
        List<KubeObject> makers = render(folder).stream()
                .filter(object -> RestrictedProfile.pod(object).isPresent())
                .toList();

        assertThat(makers)
                .extracting(object -> object.ref().toString())
                .containsExactlyInAnyOrder(
                        "StatefulSet/jenkins in devops-tools",
                        "CronJob/registry-credentials in devops-tools",
                        "CronJob/registry-credentials in dev",
                        "CronJob/registry-credentials in prod");
        assertThat(makers)
                .allSatisfy(object -> assertThat(RestrictedProfile.complaints(
                                RestrictedProfile.pod(object).orElseThrow()))
                        .as(object.ref().toString())
                        .isEmpty());
    }

    @Test
    void every_container_has_requests_a_memory_limit_and_a_root_that_nothing_writes_to() {
        for (KubeObject object : render("k8s")) {
            RestrictedProfile.pod(object)
                    .ifPresent(pod -> pod.path("containers").forEach(container -> {
                        assertThat(container.at("/resources/requests").properties())
                                .as(object.ref().toString())
                                .extracting(Map.Entry::getKey)
                                .contains("cpu", "memory");
                        assertThat(container.at("/resources/limits/memory").isTextual())
                                .isTrue();
                        assertThat(container
                                        .at("/securityContext/readOnlyRootFilesystem")
                                        .asBoolean())
                                .isTrue();
                    }));
        }
    }

    @Test
    void every_namespace_enforces_the_profile_and_has_a_quota_and_limits_and_is_closed() {
        List<KubeObject> objects = render("k8s");

        assertThat(objects.stream().filter(object -> object.kind().equals(Kind.NAMESPACE)))
                .hasSize(NAMESPACES.size())
                .allSatisfy(namespace -> assertThat(namespace.labels())
                        .containsEntry("pod-security.kubernetes.io/enforce", "restricted"));
        for (String namespace : NAMESPACES) {
            assertThat(objects.stream()
                            .filter(object -> object.namespace().equals(namespace))
                            .map(object -> object.kind().name() + "/" + object.name()))
                    .contains(
                            "ResourceQuota/namespace",
                            "LimitRange/containers",
                            "NetworkPolicy/default-deny-ingress",
                            "CronJob/registry-credentials");
        }
    }

    /** The local API server, or the cluster of {@code RELEVO_CONFORMANCE_KUBECONFIG}, with everything as a server-side dry run. */
    @Test
    void an_api_server_takes_every_object_as_it_is(@TempDir Path files) throws InterruptedException {
        try (TestApi api = TestApi.open(files)) {
            List<KubeObject> made = new ArrayList<>();
            try {
                // Together, since a real cluster needs a while until a namespace is gone that both have.
                List<KubeObject> objects = Stream.of("k8s", "k8s/gateway")
                        .flatMap(folder -> render(folder).stream())
                        .toList();
                for (KubeObject object : objects) {
                    if (object.kind().equals(Kind.NAMESPACE) && api.make(object)) {
                        made.add(object);
                    }
                }
                for (KubeObject object : objects) {
                    // The Gateway API is installed apart; a cluster without it cannot say anything about its kinds.
                    if (api.cluster().serves(object.kind()) || !object.kind().equals(Kind.HTTP_ROUTE)) {
                        assertThatCode(() -> api.cluster().apply(object, Cluster.ApplyOptions.DRY_RUN))
                                .as(object.ref().toString())
                                .doesNotThrowAnyException();
                    }
                }
            } finally {
                made.forEach(namespace -> api.cluster().delete(namespace.ref(), Cluster.DeleteOptions.background()));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev", "prod"})
    void the_deploy_identity_may_do_what_relevo_rbac_prints_and_nothing_else(String environment) throws IOException {
        Path sample = PROJECT.resolve("sample-service");
        RelevoConfig config = new ConfigLoader()
                .load(sample, Optional.of(environment), Map.of(), List.of())
                .config();
        Manifests manifests = ProjectManifests.of(sample, config);
        LeastRole role = LeastRole.of(
                config,
                manifests.objects(),
                ProjectManifests.workload(manifests, config).ref());

        assertThat(Files.readString(Path.of("k8s", environment, "role.yaml")))
                .as("refresh it: ./relevo -C sample-service rbac -e " + environment + " > k8s/" + environment
                        + "/role.yaml")
                .isEqualTo(ManifestYaml.write(role.objects()));
        assertThat(render("k8s").stream()
                        .filter(object -> object.kind().name().equals("RoleBinding"))
                        .filter(object -> object.namespace().equals(environment))
                        .filter(object -> object.at("/subjects").toString().contains("relevo-deployer")))
                .singleElement()
                .satisfies(binding -> assertThat(binding.at("/roleRef/name").asText())
                        .isEqualTo(role.objects().get(0).name()));
    }

    @Test
    void the_controller_may_run_agents_and_nothing_else() {
        List<KubeObject> objects = render("k8s");

        assertThat(objects).noneMatch(object -> object.kind().name().startsWith("ClusterRole"));
        assertThat(objects.stream()
                        .filter(object -> object.kind().name().equals("RoleBinding"))
                        .filter(object -> object.at("/subjects").toString().contains("\"jenkins\"")))
                .singleElement()
                .satisfies(binding ->
                        assertThat(binding.ref().toString()).isEqualTo("RoleBinding/jenkins-agents in devops-tools"));
        KubeObject role = objects.stream()
                .filter(object -> object.ref().toString().equals("Role/jenkins-agents in devops-tools"))
                .findFirst()
                .orElseThrow();
        Set<String> resources = new TreeSet<>();
        role.at("/rules").forEach(rule -> rule.path("resources").forEach(name -> resources.add(name.asText())));
        assertThat(resources).containsExactly("events", "pods", "pods/exec", "pods/log");
    }

    @Test
    void the_registry_login_is_refreshed_twice_in_its_life_by_somebody_who_can_touch_one_secret_only() {
        List<KubeObject> objects = render("k8s");

        assertThat(objects.stream().filter(object -> object.kind().name().equals("CronJob")))
                .hasSize(NAMESPACES.size())
                .allSatisfy(job -> {
                    assertThat(job.at("/spec/schedule").asText()).isEqualTo("17 */6 * * *");
                    assertThat(job.at("/spec/jobTemplate/spec/template/spec/containers/0/command")
                                    .toString())
                            .contains("\"registry\",\"refresh\",\"--provider\",\"ecr\"");
                });
        assertThat(objects.stream()
                        .filter(object -> object.kind().name().equals("Role"))
                        .filter(object -> object.name().equals("registry-credentials")))
                .hasSize(NAMESPACES.size())
                .allSatisfy(role -> assertThat(role.at("/rules"))
                        .singleElement()
                        .isEqualTo(new YAMLMapper()
                                .readTree("{apiGroups: [''], resources: [secrets],"
                                        + " resourceNames: [registry-credentials], verbs: [get, create, patch]}")));
    }

    @Test
    void the_images_have_the_version_of_the_project() throws IOException {
        Matcher version = Pattern.compile("<artifactId>relevo</artifactId>\\s*<version>(.+?)</version>")
                .matcher(Files.readString(Path.of("pom.xml")));
        assertThat(version.find()).isTrue();

        Set<String> images = new TreeSet<>();
        for (KubeObject object : render("k8s")) {
            RestrictedProfile.pod(object)
                    .ifPresent(pod -> pod.path("containers")
                            .forEach(container ->
                                    images.add(container.path("image").asText())));
        }
        images.add(settings().get("AGENT_IMAGE"));

        assertThat(images)
                .containsExactly(
                        "relevo/jenkins-agent:" + version.group(1), "relevo/jenkins-controller:" + version.group(1));
    }

    @Test
    void the_configuration_finds_its_folders_and_every_variable_that_has_no_default() throws IOException {
        Map<String, String> settings = settings();
        Set<String> secrets = new TreeSet<>();
        Set<String> variables = new TreeSet<>();
        Pattern reference = Pattern.compile("\\$\\{([A-Za-z_-]+)}");
        for (String folder : settings.getOrDefault("CASC_JENKINS_CONFIG", "").split(",", -1)) {
            assertThat(folder).startsWith(IN_IMAGE);
            Path here = CASC.resolve(folder.substring(IN_IMAGE.length()));
            assertThat(here).isDirectory();
            try (Stream<Path> files = Files.list(here)) {
                for (Path file : files.toList()) {
                    reference.matcher(Files.readString(file)).results().forEach(found -> {
                        String name = found.group(1);
                        (name.equals(name.toLowerCase(Locale.ROOT)) ? secrets : variables).add(name);
                    });
                }
            }
        }

        assertThat(settings.keySet()).containsAll(variables);
        assertThat(Files.readString(Path.of("docs/kubernetes.md"))).contains(secrets);
    }

    private static Map<String, String> settings() {
        return render("k8s").stream()
                .filter(object -> object.name().equals("jenkins-settings"))
                .findFirst()
                .orElseThrow()
                .strings("/data");
    }

    private static List<KubeObject> render(String folder) {
        return new ManifestReader(PROJECT).read(folder).objects();
    }

    /** For readers of the values of the chart: both ways of running give the same variables. */
    static Map<String, String> settingsOfTheManifests() {
        return settings();
    }

    /** The pod of the controller. */
    static JsonNode controller() {
        return render("k8s").stream()
                .filter(object -> object.kind().equals(Kind.STATEFUL_SET))
                .findFirst()
                .flatMap(RestrictedProfile::pod)
                .orElseThrow();
    }
}
