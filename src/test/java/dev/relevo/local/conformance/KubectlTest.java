package dev.relevo.local.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.relevo.local.api.ApiServer;
import dev.relevo.local.api.KubernetesStore;
import dev.relevo.local.store.ObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The real kubectl against the local server, which has no controllers here: what they would do is not asked for. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KubectlTest {
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private ObjectStore store;

    @SuppressWarnings("NullAway.Init")
    private ApiServer server;

    /**
     * What kubectl printed.
     *
     * @param code its exit code
     * @param output both streams
     */
    private record Outcome(int code, String output) {
        Outcome ok() {
            assertThat(code).as(output).isZero();
            return this;
        }
    }

    @BeforeAll
    void startServer(@TempDir Path given) throws IOException {
        directory = given;
        assumeTrue(isInstalled(), "kubectl is not on the PATH, so it is not tried against the local server");
        store = KubernetesStore.open(directory.resolve("store"));
        server = ApiServer.start(store, new ApiServer.Options(0, "secret", directory.resolve("pki"), Optional.empty()));
        server.kubeconfig("local").write(directory.resolve("kubeconfig"));
    }

    @AfterAll
    void stopServer() {
        if (server != null) {
            server.close();
            store.close();
        }
    }

    private static boolean isInstalled() {
        return List.of(System.getenv("PATH").split(":")).stream()
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "kubectl")));
    }

    private Outcome kubectl(String... arguments) {
        List<String> command = new ArrayList<>(List.of("kubectl", "--request-timeout=20s"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("KUBECONFIG", directory.resolve("kubeconfig").toString());
        builder.environment().put("HOME", directory.toString());
        builder.environment().put("KUBE_EDITOR", "sed -i s/minReadySeconds:.*/minReadySeconds:\\ 7/");
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return new Outcome(process.exitValue(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private String manifest(String name, String image) throws IOException {
        Path file = directory.resolve(name + ".yaml");
        Files.writeString(
                file,
                ConformanceSuite.deployment(name)
                        .replace("replicas: 0", "replicas: 2\n  minReadySeconds: 1")
                        .replace("example.com/web:1", image));
        return file.toString();
    }

    private String field(String object, String path) {
        return kubectl("get", object, "-o", "jsonpath={" + path + "}").ok().output();
    }

    @Test
    void appliesAndShowsAManifest() throws IOException {
        String file = manifest("applied", "web:1");
        assertThat(kubectl("apply", "-f", file).ok().output()).contains("deployment.apps/applied created");
        assertThat(kubectl("apply", "-f", file).ok().output()).contains("deployment.apps/applied unchanged");
        assertThat(kubectl("apply", "-f", manifest("applied", "web:2")).ok().output())
                .contains("deployment.apps/applied configured");
        assertThat(field("deploy/applied", ".spec.template.spec.containers[0].image"))
                .isEqualTo("web:2");
        assertThat(kubectl("get", "deploy", "applied", "-o", "wide").ok().output())
                .containsPattern("NAME +READY +UP-TO-DATE +AVAILABLE +AGE +CONTAINERS +IMAGES +SELECTOR")
                .containsPattern("applied +0/2 +0 +0 +\\S+ +web +web:2 +app=applied");
        assertThat(kubectl("describe", "deploy", "applied").ok().output())
                .containsPattern("Name: +applied")
                .containsPattern("Image: +web:2");
        assertThat(kubectl("get", "all").ok().output()).contains("deployment.apps/applied");
    }

    @Test
    void namesTheKindThatIsNotThere() throws IOException {
        Path file = Files.writeString(directory.resolve("unknown.yaml"), """
                apiVersion: mesh.example.com/v1
                kind: Profile
                metadata: {name: unknown, namespace: default}
                spec: {retries: 3}
                """);

        Outcome refused = kubectl("apply", "-f", file.toString());

        assertThat(refused.code()).isNotZero();
        assertThat(refused.output())
                .contains(
                        "no matches for kind \"Profile\" in version \"mesh.example.com/v1\"",
                        "ensure CRDs are installed first");
    }

    @Test
    void appliesOnTheServer() throws IOException {
        String file = manifest("server-side", "web:1");
        assertThat(kubectl("apply", "--server-side", "-f", file).ok().output())
                .contains("deployment.apps/server-side serverside-applied");
        Outcome conflict =
                kubectl("apply", "--server-side", "--field-manager=other", "-f", manifest("server-side", "web:2"));
        assertThat(conflict.code()).isNotZero();
        assertThat(conflict.output())
                .contains("conflict with \"kubectl\": .spec.template.spec.containers[name=\"web\"].image");
        kubectl("apply", "--server-side", "--force-conflicts", "-f", file).ok();
    }

    @Test
    void takesOverWhatWasAppliedByTheClient() throws IOException {
        kubectl("apply", "-f", manifest("migrated", "web:1")).ok();
        kubectl("apply", "--server-side", "-f", manifest("migrated", "web:2")).ok();
        assertThat(field("deploy/migrated", ".spec.template.spec.containers[0].image"))
                .isEqualTo("web:2");
    }

    @Test
    void showsDifferences() throws IOException {
        kubectl("apply", "-f", manifest("differing", "web:1")).ok();
        Outcome difference = kubectl("diff", "-f", manifest("differing", "web:2"));
        assertThat(difference.code()).as(difference.output()).isEqualTo(1);
        assertThat(difference.output()).contains("image: web:1").contains("image: web:2");
        assertThat(kubectl("diff", "-f", manifest("differing", "web:1")).code()).isZero();
    }

    @Test
    void editsPatchesAndScales() throws IOException {
        kubectl("apply", "-f", manifest("edited", "web:1")).ok();
        assertThat(kubectl("edit", "deploy/edited").ok().output()).contains("edited");
        assertThat(field("deploy/edited", ".spec.minReadySeconds")).isEqualTo("7");
        kubectl("patch", "deploy/edited", "-p", "{\"spec\":{\"minReadySeconds\":3}}")
                .ok();
        assertThat(field("deploy/edited", ".spec.minReadySeconds")).isEqualTo("3");
        kubectl(
                        "patch",
                        "deploy/edited",
                        "--type=json",
                        "-p",
                        "[{\"op\":\"remove\",\"path\":\"/spec/minReadySeconds\"}]")
                .ok();
        kubectl("set", "image", "deploy/edited", "web=web:9").ok();
        kubectl("scale", "deploy/edited", "--replicas=5").ok();
        assertThat(field("deploy/edited", ".spec.replicas")).isEqualTo("5");
        kubectl("label", "deploy/edited", "tier=front").ok();
        kubectl("annotate", "deploy/edited", "note=here").ok();
        assertThat(kubectl("get", "deploy", "-l", "tier=front", "-o", "name")
                        .ok()
                        .output())
                .isEqualTo("deployment.apps/edited\n");
    }

    @Test
    void restartsAndShowsTheStateOfARollout() throws IOException {
        kubectl("apply", "-f", manifest("rolled", "web:1")).ok();
        kubectl("rollout", "restart", "deploy/rolled").ok();
        assertThat(field("deploy/rolled", ".spec.template.metadata.annotations.kubectl\\.kubernetes\\.io/restartedAt"))
                .isNotEmpty();
        kubectl("rollout", "pause", "deploy/rolled").ok();
        assertThat(field("deploy/rolled", ".spec.paused")).isEqualTo("true");
        kubectl("rollout", "resume", "deploy/rolled").ok();
        Outcome status = kubectl("rollout", "status", "deploy/rolled", "--watch=false");
        assertThat(status.output()).contains("Waiting for deployment");
        assertThat(kubectl("rollout", "history", "deploy/rolled").ok().output()).contains("deployment.apps/rolled");
    }

    @Test
    void waitsAndDeletes() throws IOException {
        kubectl("apply", "-f", manifest("waited", "web:1")).ok();
        kubectl("wait", "deploy/waited", "--for=jsonpath={.spec.replicas}=2", "--timeout=60s")
                .ok();
        Outcome unmet = kubectl("wait", "deploy/waited", "--for=condition=Available", "--timeout=1s");
        assertThat(unmet.output()).contains("timed out waiting for the condition");
        assertThat(kubectl("delete", "deploy/waited").ok().output()).contains("\"waited\" deleted");
        assertThat(kubectl("get", "deploy/waited").output())
                .contains("Error from server (NotFound): deployments.apps \"waited\" not found");
    }

    @Test
    void explainsAndListsResources() {
        assertThat(kubectl("explain", "deployment.spec.strategy").ok().output())
                .contains("rollingUpdate")
                .contains("<RollingUpdateDeployment>");
        assertThat(kubectl("api-resources").ok().output())
                .containsPattern("deployments +deploy +apps/v1 +true +Deployment")
                .containsPattern("httproutes +gateway.networking.k8s.io/v1 +true +HTTPRoute");
        assertThat(kubectl("api-versions").ok().output()).contains("apps/v1\n");
        assertThat(kubectl("version").ok().output()).contains("Server Version: v1.");
    }

    @Test
    void createsWhatItsGeneratorsMake() {
        kubectl("create", "namespace", "generated").ok();
        kubectl("create", "configmap", "settings", "--from-literal=a=1", "--from-literal=empty=")
                .ok();
        assertThat(field("configmap/settings", ".data")).isEqualTo("{\"a\":\"1\",\"empty\":\"\"}");
        kubectl("create", "secret", "generic", "keys", "--from-literal=a=hello").ok();
        assertThat(field("secret/keys", ".data.a")).isEqualTo("aGVsbG8=");
        kubectl("create", "serviceaccount", "bot").ok();
        kubectl("create", "deployment", "made", "--image=web:1", "--port=80", "--replicas=0")
                .ok();
        assertThat(field("deploy/made", ".spec.replicas")).isEqualTo("0");
        assertThat(field("deploy/made", ".spec.template.spec.containers[0].ports[0].containerPort"))
                .isEqualTo("80");
        kubectl("create", "service", "clusterip", "made", "--tcp=80:8080").ok();
        assertThat(field("service/made", ".spec.ports[0].targetPort")).isEqualTo("8080");
        kubectl("expose", "deploy/made", "--name=exposed", "--port=80").ok();
        assertThat(kubectl("auth", "can-i", "create", "pods").ok().output()).contains("yes");
        assertThat(kubectl("create", "priorityclass", "high", "--value=10").output())
                .contains("send JSON");
    }

    @Test
    void actsForAServiceAccount() {
        kubectl("create", "serviceaccount", "robot").ok();
        kubectl("create", "role", "looks", "--verb=get,list", "--resource=pods").ok();
        kubectl("create", "rolebinding", "looks", "--role=looks", "--serviceaccount=default:robot")
                .ok();
        String robot = "--as=system:serviceaccount:default:robot";
        assertThat(kubectl("auth", "can-i", "list", "pods", robot).ok().output())
                .contains("yes");
        assertThat(kubectl("auth", "can-i", "delete", "pods", robot).output()).contains("no");
        String token = kubectl("create", "token", "robot").ok().output().strip();
        assertThat(kubectl("auth", "whoami", "--token=" + token).ok().output())
                .contains("system:serviceaccount:default:robot");
        kubectl("get", "pods", "--token=" + token).ok();
        assertThat(kubectl("get", "secrets", "--token=" + token).output())
                .contains("secrets is forbidden: User \"system:serviceaccount:default:robot\" cannot list resource"
                        + " \"secrets\"");
        assertThat(kubectl("auth", "whoami").ok().output()).contains("system:masters");
        assertThat(kubectl("auth", "can-i", "--list", robot).ok().output()).contains("pods");
    }

    @Test
    void saysThatThereIsNoExec() {
        kubectl("create", "serviceaccount", "default");
        kubectl("run", "running", "--image=web:1").ok();
        for (String[] command : new String[][] {{"exec", "running", "--", "ls"}, {"attach", "running"}}) {
            Outcome refused = kubectl(command);
            assertThat(refused.code()).isNotZero();
        }
        assertThat(kubectl("get", "--raw", "/api/v1/namespaces/default/pods/running/exec?command=ls")
                        .output())
                .contains("runs pods as processes of this machine and has no kubectl exec")
                .contains("kubectl logs running");
    }

    @Test
    void appliesADefinitionAndItsObjects() throws IOException {
        Path definition = directory.resolve("definition.yaml");
        Files.writeString(definition, """
                apiVersion: apiextensions.k8s.io/v1
                kind: CustomResourceDefinition
                metadata: {name: boats.example.com}
                spec:
                  group: example.com
                  scope: Namespaced
                  names: {plural: boats, kind: Boat, shortNames: [bt]}
                  versions:
                  - name: v1
                    served: true
                    storage: true
                    schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {
                      sails: {type: integer}}}}}}
                """);
        assertThat(kubectl("apply", "-f", definition.toString()).ok().output())
                .contains("customresourcedefinition.apiextensions.k8s.io/boats.example.com created");
        kubectl("wait", "--for=condition=Established", "crd/boats.example.com", "--timeout=10s")
                .ok();
        Path boat = directory.resolve("boat.yaml");
        Files.writeString(boat, "apiVersion: example.com/v1\nkind: Boat\nmetadata: {name: b}\nspec: {sails: 2}\n");
        assertThat(kubectl("apply", "-f", boat.toString()).ok().output()).contains("boat.example.com/b created");
        assertThat(kubectl("apply", "-f", boat.toString()).ok().output()).contains("boat.example.com/b unchanged");
        kubectl("apply", "--server-side", "--force-conflicts", "-f", boat.toString())
                .ok();
        assertThat(field("bt/b", ".spec.sails")).isEqualTo("2");
        assertThat(kubectl("api-resources", "--api-group=example.com").ok().output())
                .containsPattern("boats +bt +example.com/v1 +true +Boat");
        assertThat(kubectl("explain", "boat.spec").ok().output()).contains("sails");
        assertThat(kubectl("delete", "-f", definition.toString()).ok().output()).contains("deleted");
    }

    @Test
    void autoscalesAndShowsEvents() throws IOException {
        kubectl("apply", "-f", manifest("busy", "web:1")).ok();
        kubectl("autoscale", "deploy/busy", "--min=1", "--max=4", "--cpu-percent=60")
                .ok();
        assertThat(field("hpa/busy", ".spec.maxReplicas")).isEqualTo("4");
        assertThat(kubectl("get", "hpa").ok().output()).containsPattern("busy +Deployment/busy +cpu: <unknown>/60%");
        Path event = directory.resolve("event.yaml");
        Files.writeString(
                event,
                "apiVersion: v1\nkind: Event\nmetadata: {name: e, namespace: default}\nreason: Tried\nmessage: did it\n"
                        + "type: Normal\ninvolvedObject: {kind: Deployment, name: busy, namespace: default,"
                        + " apiVersion: apps/v1}\nlastTimestamp: '2026-01-01T00:00:00Z'\n");
        kubectl("create", "-f", event.toString()).ok();
        assertThat(kubectl("events", "--for=deployment/busy").ok().output()).contains("Tried", "did it");
        assertThat(kubectl("get", "events.events.k8s.io").ok().output())
                .containsPattern("Normal +Tried +deployment/busy +did it");
    }

    @Test
    void refusesUnknownFields() throws IOException {
        Path file = directory.resolve("unknown.yaml");
        Files.writeString(file, ConformanceSuite.deployment("unknown").replace("replicas:", "replicass:"));
        Outcome refused = kubectl("create", "-f", file.toString());
        assertThat(refused.code()).isNotZero();
        assertThat(refused.output()).contains("strict decoding error: unknown field \"spec.replicass\"");
    }
}
