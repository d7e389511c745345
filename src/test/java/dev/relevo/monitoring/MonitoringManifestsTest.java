package dev.relevo.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import dev.relevo.cluster.Cluster;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.cluster.TestApi;
import dev.relevo.manifest.ManifestReader;
import dev.relevo.platform.RestrictedProfile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What {@code kubectl apply -k k8s/monitoring/…} brings into a cluster. */
class MonitoringManifestsTest {
    private static final String NODES = "monitoring-nodes";
    /** The manifest says why. */
    private static final String WRITES_BESIDE_ITSELF = "cloudwatch-agent";
    /** Comes with Linkerd; a cluster without it cannot say anything about it. */
    private static final String SERVICE_PROFILE = "ServiceProfile";

    /** These the user makes; docs/monitoring.md says how. */
    private static final Set<String> SECRETS_OF_THE_USER =
            Set.of("alertmanager-slack", "grafana", "postgres-exporter", "prometheus-jenkins");

    @ParameterizedTest
    @EnumSource
    void every_pod_fits_the_restricted_profile_but_those_that_look_at_nodes(Kustomization rendered) {
        for (KubeObject workload : rendered.stack().workloads()) {
            List<String> complaints = RestrictedProfile.complaints(Stack.pod(workload));
            if (workload.namespace().equals("monitoring")) {
                assertThat(complaints).as(workload.ref().toString()).isEmpty();
            }
        }
    }

    @Test
    void what_looks_at_nodes_asks_for_its_folders_and_nothing_else() {
        Stack base = Kustomization.BASE.stack();

        assertThat(complaints(base, "node-exporter")).containsExactly("volume of type hostPath");
        assertThat(complaints(base, "log-collector"))
                .containsExactly(
                        "volume of type hostPath",
                        "volume of type hostPath",
                        "pod: runs as root",
                        "container log-collector: runAsNonRoot is not true");
        assertThat(base.workloads().stream()
                        .filter(workload -> workload.namespace().equals(NODES))
                        .map(KubeObject::name))
                .containsExactlyInAnyOrder("node-exporter", "log-collector");
        assertThat(base.object("Namespace", "monitoring").labels())
                .containsEntry("pod-security.kubernetes.io/enforce", "restricted");
    }

    private static List<String> complaints(Stack stack, String daemon) {
        return RestrictedProfile.complaints(Stack.pod(stack.object("DaemonSet", daemon)));
    }

    @ParameterizedTest
    @EnumSource
    void every_container_is_pinned_limited_probed_and_writes_to_its_volumes_alone(Kustomization rendered) {
        for (KubeObject workload : rendered.stack().workloads()) {
            for (JsonNode container : Stack.pod(workload).path("containers")) {
                String whose = workload.ref() + " " + container.path("name").asText();
                assertThat(container.path("image").asText())
                        .as(whose)
                        .matches("[a-z0-9./-]+:v?\\d+\\.\\d+(\\.\\d+)?[a-z0-9.-]*");
                for (String list : List.of("requests", "limits")) {
                    assertThat(container.at("/resources/" + list).properties())
                            .as(whose + " " + list)
                            .extracting(Map.Entry::getKey)
                            .contains("cpu", "memory");
                }
                assertThat(container.has("readinessProbe") && container.has("livenessProbe"))
                        .as(whose + " has probes")
                        .isTrue();
                assertThat(container
                                .at("/securityContext/readOnlyRootFilesystem")
                                .asBoolean())
                        .as(whose)
                        .isEqualTo(!container.path("name").asText().equals(WRITES_BESIDE_ITSELF));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void every_pod_finds_its_account_its_files_and_its_volumes(Kustomization rendered) {
        Stack stack = rendered.stack();
        for (KubeObject workload : stack.workloads()) {
            JsonNode pod = Stack.pod(workload);
            stack.object("ServiceAccount", pod.path("serviceAccountName").asText());
            Set<String> volumes = new TreeSet<>();
            workload.at("/spec/volumeClaimTemplates")
                    .forEach(claim -> volumes.add(claim.at("/metadata/name").asText()));
            for (JsonNode volume : pod.path("volumes")) {
                volumes.add(volume.path("name").asText());
                checkSource(stack, workload, volume);
                volume.at("/projected/sources").forEach(source -> checkSource(stack, workload, source));
            }
            pod.path("containers")
                    .forEach(container -> container
                            .path("volumeMounts")
                            .forEach(mount -> assertThat(volumes)
                                    .as(workload.ref().toString())
                                    .contains(mount.path("name").asText())));
        }
    }

    private static void checkSource(Stack stack, KubeObject workload, JsonNode source) {
        String whose = workload.ref().toString();
        JsonNode map = source.path("configMap");
        if (map.has("name") && !map.path("optional").asBoolean()) {
            assertThat(stack.object("ConfigMap", map.path("name").asText()).namespace())
                    .as(whose)
                    .isEqualTo(workload.namespace());
        }
        if (source.has("secret")) {
            assertThat(SECRETS_OF_THE_USER)
                    .as(whose)
                    .contains(source.at("/secret/secretName")
                            .asText(source.at("/secret/name").asText()));
        }
        if (source.has("persistentVolumeClaim")) {
            stack.object(
                    "PersistentVolumeClaim",
                    source.at("/persistentVolumeClaim/claimName").asText());
        }
    }

    @Test
    void every_workload_has_a_network_policy_in_a_namespace_that_is_closed() {
        Stack base = Kustomization.BASE.stack();
        for (String namespace : List.of("monitoring", NODES)) {
            KubeObject closed = base.ofKind("NetworkPolicy").stream()
                    .filter(policy -> policy.namespace().equals(namespace)
                            && policy.name().equals("default-deny"))
                    .findFirst()
                    .orElseThrow();
            assertThat(closed.at("/spec/podSelector").isEmpty()).isTrue();
            assertThat(closed.at("/spec/policyTypes").toString()).isEqualTo("[\"Ingress\",\"Egress\"]");
            assertThat(closed.at("/spec/ingress").isMissingNode()).isTrue();
        }
        assertThat(base.workloads()).allSatisfy(workload -> {
            KubeObject policy = base.object("NetworkPolicy", workload.name());
            assertThat(policy.namespace()).isEqualTo(workload.namespace());
            assertThat(workload.at("/spec/template/metadata/labels/app.kubernetes.io~1name")
                            .asText())
                    .isEqualTo(policy.at("/spec/podSelector/matchLabels/app.kubernetes.io~1name")
                            .asText());
        });
    }

    @Test
    void rights_are_to_read_and_only_the_release_metrics_see_secrets() {
        Stack base = Kustomization.BASE.stack();
        for (String kind : List.of("ClusterRole", "Role")) {
            for (KubeObject role : base.ofKind(kind)) {
                for (JsonNode rule : role.at("/rules")) {
                    assertThat(rule.path("verbs"))
                            .as(role.ref().toString())
                            .extracting(JsonNode::asText)
                            .isSubsetOf("get", "list", "watch");
                    assertThat(rule.path("resources"))
                            .as(role.ref().toString())
                            .extracting(JsonNode::asText)
                            .doesNotContain("*", "nodes/proxy", "configmaps");
                    if (rule.path("resources").toString().contains("secrets")) {
                        assertThat(kind + "/" + role.name() + " in " + role.namespace())
                                .isIn("Role/release-metrics in dev", "Role/release-metrics in prod");
                    }
                }
            }
        }
        Set<String> tokens = new TreeSet<>();
        base.workloads().stream()
                .filter(workload ->
                        Stack.pod(workload).path("automountServiceAccountToken").asBoolean(true))
                .forEach(workload -> tokens.add(workload.name()));
        assertThat(tokens).containsExactly("kube-state-metrics", "prometheus", "release-metrics");
    }

    @Test
    void kube_state_metrics_may_list_exactly_what_it_is_told_to_list() {
        Stack base = Kustomization.BASE.stack();
        String argument = Stack.stream(Stack.pod(base.object("Deployment", "kube-state-metrics"))
                        .at("/containers/0/args"))
                .map(JsonNode::asText)
                .filter(text -> text.startsWith("--resources="))
                .findFirst()
                .orElseThrow();
        Set<String> allowed = new TreeSet<>();
        base.object("ClusterRole", "relevo-kube-state-metrics")
                .at("/rules")
                .forEach(rule -> rule.path("resources").forEach(name -> allowed.add(name.asText())));

        assertThat(allowed)
                .containsExactlyInAnyOrder(
                        argument.substring("--resources=".length()).split(",", -1));
    }

    @Test
    void the_meshed_namespace_is_otherwise_the_one_that_is_delivered_to() {
        KubeObject meshed = Kustomization.LINKERD.stack().object("Namespace", "prod");
        KubeObject plain = new ManifestReader(Path.of("").toAbsolutePath())
                .read("k8s/prod").objects().stream()
                        .filter(object -> object.kind().equals(Kind.NAMESPACE))
                        .findFirst()
                        .orElseThrow();

        assertThat(meshed.labels()).isEqualTo(plain.labels());
        assertThat(meshed.annotations()).containsEntry("linkerd.io/inject", "enabled");
    }

    /**
     * The local API server, or the cluster of {@code RELEVO_CONFORMANCE_KUBECONFIG}, with everything as a server-side dry run. Three of
     * the overlays contain the base.
     */
    @Test
    void an_api_server_takes_every_object_as_it_is(@TempDir Path files) throws InterruptedException {
        Set<KubeObject> objects = new LinkedHashSet<>();
        for (Kustomization each : Kustomization.values()) {
            objects.addAll(each.stack().objects());
        }
        try (TestApi api = TestApi.open(files)) {
            List<KubeObject> made = new ArrayList<>();
            try {
                List<KubeObject> namespaces = objects.stream()
                        .map(KubeObject::namespace)
                        .filter(namespace -> !namespace.isEmpty())
                        .distinct()
                        .map(name -> KubeObject.named(new ObjectRef(Kind.NAMESPACE, "", name)))
                        .toList();
                for (KubeObject namespace : namespaces) {
                    if (api.make(namespace)) {
                        made.add(namespace);
                    }
                }
                objects.stream()
                        .filter(object -> api.cluster().serves(object.kind())
                                || !object.kind().name().equals(SERVICE_PROFILE))
                        .forEach(object -> assertThatCode(
                                        () -> api.cluster().apply(object, Cluster.ApplyOptions.DRY_RUN))
                                .as(object.ref().toString())
                                .doesNotThrowAnyException());
            } finally {
                made.forEach(namespace -> api.cluster().delete(namespace.ref(), Cluster.DeleteOptions.background()));
            }
        }
    }
}
