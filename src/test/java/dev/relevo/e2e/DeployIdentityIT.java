package dev.relevo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.relevo.cluster.AccessQuestion;
import dev.relevo.cluster.Cluster;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.KubernetesCluster;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.e2e.CommandLine.Ended;
import dev.relevo.pipeline.StepResult;
import dev.relevo.pipeline.StepResults;
import dev.relevo.report.Event;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An administrator gives a CI system what it needs to deploy, and not more, with the two commands made for it. */
@Timeout(120)
class DeployIdentityIT {
    private static final String NAMESPACE = "team";

    @TempDir
    Path folder;

    @Test
    void whatRbacPrintsAndKubeconfigWritesIsEnoughToDeployAndForNothingElse() throws Exception {
        try (Shop shop = new Shop(Site.local(folder), folder, "other")) {
            Path project = Files.createDirectories(folder.resolve("a project"));
            CommandLine user = new CommandLine(project);
            configured(project, shop);
            pushed(project, shop.image());
            Deployer.makeNamespace(shop.cluster(), NAMESPACE);

            Ended noAccount = user.relevo("kubeconfig", "-e", "admin", "--out", "ci.kubeconfig");
            assertThat(noAccount.status()).isEqualTo(6);
            assertThat(noAccount.err())
                    .contains("error RLV-611: There is no ServiceAccount/relevo-deployer in team")
                    .contains("create serviceaccount relevo-deployer");
            assertThat(project.resolve("ci.kubeconfig")).doesNotExist();

            account(shop.cluster());
            Ended kubeconfig = user.relevo("kubeconfig", "-e", "admin", "--duration", "1h", "--out", "ci.kubeconfig");
            assertThat(kubeconfig.status()).as(kubeconfig.err()).isZero();
            Path file = project.resolve("ci.kubeconfig");
            assertThat(kubeconfig.out().strip()).isEqualTo(file.toString());
            assertThat(kubeconfig.err()).contains("A token of ServiceAccount/relevo-deployer in team, until ");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");

            Ended shown = user.relevo("kubeconfig", "-e", "admin");
            assertThat(shown.out())
                    .contains("current-context: admin", "token: ")
                    .doesNotContain("eyJ");
            assertThat(shown.err()).contains("--out FILE writes the kubeconfig to a file");

            Ended tooEarly = user.relevo("deploy", "-e", "ci");
            assertThat(tooEarly.status()).isEqualTo(6);
            assertThat(tooEarly.err()).contains("error RLV-606", "system:serviceaccount:team:relevo-deployer");

            Ended rbac = user.relevo("rbac", "-e", "ci");
            assertThat(rbac.status()).as(rbac.err()).isZero();
            assertThat(rbac.out()).contains("kind: Role", "name: relevo-shop", "namespace: team");
            bind(shop.cluster(), rbac.out());

            Ended deployed = user.relevo("deploy", "-e", "ci");
            assertThat(deployed.status()).as(deployed.err()).isZero();
            assertThat(user.relevo("status", "-e", "ci").out()).containsPattern("release +1 \\(deployed");
            assertThat(user.relevo("history", "-e", "ci").out()).contains("deployed");
            assertThat(user.relevo("doctor", "-e", "ci").out()).containsPattern("rights +ok");
            mayNothingElse(file);
        }
    }

    private static void mayNothingElse(Path kubeconfig) {
        try (KubernetesCluster ci = KubernetesCluster.connect(Optional.of(kubeconfig), Optional.empty())) {
            for (AccessQuestion question : List.of(
                    new AccessQuestion("list", "", "secrets", "other", ""),
                    new AccessQuestion("delete", "apps", "deployments", NAMESPACE, "another"),
                    new AccessQuestion("create", "", "namespaces", "", ""))) {
                assertThat(ci.allowed(question)).as(question.toString()).contains(false);
            }
        }
    }

    private static void account(Cluster admin) {
        KubeObject unused = admin.create(
                KubeObject.named(new ObjectRef(new Kind("v1", "ServiceAccount"), NAMESPACE, "relevo-deployer")));
    }

    private static void bind(Cluster admin, String printed) throws IOException {
        KubeObject role = admin.create(KubeObject.of((ObjectNode) new YAMLMapper().readTree(printed)));
        assertThat(role.ref()).hasToString("Role/relevo-shop in team");
        KubeObject unused = admin.create(
                Deployer.binding(role, new ObjectRef(new Kind("v1", "ServiceAccount"), NAMESPACE, "relevo-deployer")));
    }

    private static void configured(Path project, Shop shop) throws IOException {
        Files.writeString(project.resolve("relevo.yaml"), """
                app: shop
                image: {repository: "%s"}
                service: {replicas: 1, drainSeconds: 1, probes: {readiness: /ready}}
                environments:
                  admin: {kubeconfig: "%s", namespace: team}
                  ci: {kubeconfig: ci.kubeconfig, namespace: team}
                """.formatted(
                        shop.image().substring(0, shop.image().indexOf('@')), shop.kubeconfig()));
    }

    /** As the step push leaves it. */
    private static void pushed(Path project, String image) {
        StepResults.of(project)
                .write(
                        new StepResults.Run("push", Event.Outcome.DONE, Instant.now(), Duration.ZERO),
                        Optional.of(new StepResult.Push(image, List.of(), 0, 0)),
                        Optional.empty());
    }
}
