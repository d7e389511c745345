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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An administrator gives a CI system what it needs to deploy, and not more, with the two commands made for it. */
@Timeout(180)
@Tag("any-cluster")
class DeployIdentityIT {
    @TempDir
    Path folder;

    @Test
    void whatRbacPrintsAndKubeconfigWritesIsEnoughToDeployAndForNothingElse() throws Exception {
        try (Shop shop = new Shop(Site.here(folder), folder, "other")) {
            Path project = Files.createDirectories(folder.resolve("a project"));
            CommandLine user = new CommandLine(project);
            String namespace = shop.makeNamespace("team");
            configured(project, shop, namespace);
            shop.pushedFor(project);

            Ended noAccount = user.relevo("kubeconfig", "-e", "admin", "--out", "ci.kubeconfig");
            assertThat(noAccount.status()).isEqualTo(6);
            assertThat(noAccount.err())
                    .contains("error RLV-611: There is no ServiceAccount/relevo-deployer in " + namespace)
                    .contains("create serviceaccount relevo-deployer");
            assertThat(project.resolve("ci.kubeconfig")).doesNotExist();

            account(shop.cluster(), namespace);
            Ended kubeconfig = user.relevo("kubeconfig", "-e", "admin", "--duration", "1h", "--out", "ci.kubeconfig");
            assertThat(kubeconfig.status()).as(kubeconfig.err()).isZero();
            Path file = project.resolve("ci.kubeconfig");
            assertThat(kubeconfig.out().strip()).isEqualTo(file.toString());
            assertThat(kubeconfig.err())
                    .contains("A token of ServiceAccount/relevo-deployer in " + namespace + ", until ");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");

            Ended shown = user.relevo("kubeconfig", "-e", "admin");
            assertThat(shown.out())
                    .contains("current-context: admin", "token: ")
                    .doesNotContain("eyJ");
            assertThat(shown.err()).contains("--out FILE writes the kubeconfig to a file");

            Ended tooEarly = user.relevo("deploy", "-e", "ci");
            assertThat(tooEarly.status()).isEqualTo(6);
            assertThat(tooEarly.err())
                    .contains("error RLV-606", "system:serviceaccount:" + namespace + ":relevo-deployer")
                    .contains("rbac -e ci` prints the least Role");

            Ended rbac = user.relevo("rbac", "-e", "ci");
            assertThat(rbac.status()).as(rbac.err()).isZero();
            assertThat(rbac.out()).contains("kind: Role", "name: relevo-shop", "namespace: " + namespace);
            bind(shop.cluster(), rbac.out(), namespace);

            Ended deployed = user.relevo("deploy", "-e", "ci");
            assertThat(deployed.status()).as(deployed.err()).isZero();
            assertThat(user.relevo("status", "-e", "ci").out()).containsPattern("release +1 \\(deployed");
            assertThat(user.relevo("history", "-e", "ci").out()).contains("deployed");
            assertThat(user.relevo("doctor", "-e", "ci").out()).containsPattern("rights +ok");
            mayNothingElse(file, namespace, shop.namespace());
        }
    }

    private static void mayNothingElse(Path kubeconfig, String namespace, String another) {
        try (KubernetesCluster ci = KubernetesCluster.connect(Optional.of(kubeconfig), Optional.empty())) {
            for (AccessQuestion question : List.of(
                    new AccessQuestion("list", "", "secrets", another, ""),
                    new AccessQuestion("delete", "apps", "deployments", namespace, "another"),
                    new AccessQuestion("create", "", "namespaces", "", ""))) {
                assertThat(ci.allowed(question)).as(question.toString()).contains(false);
            }
        }
    }

    private static void account(Cluster admin, String namespace) {
        KubeObject unused = admin.create(
                KubeObject.named(new ObjectRef(new Kind("v1", "ServiceAccount"), namespace, "relevo-deployer")));
    }

    private static void bind(Cluster admin, String printed, String namespace) throws IOException {
        KubeObject role = admin.create(KubeObject.of((ObjectNode) new YAMLMapper().readTree(printed)));
        assertThat(role.ref()).hasToString("Role/relevo-shop in " + namespace);
        KubeObject unused = admin.create(
                Deployer.binding(role, new ObjectRef(new Kind("v1", "ServiceAccount"), namespace, "relevo-deployer")));
    }

    private static void configured(Path project, Shop shop, String namespace) throws IOException {
        Files.writeString(project.resolve("relevo.yaml"), """
                app: shop
                image: {repository: "%s"}
                service: {%sreplicas: 1, probes: {readiness: /ready}}
                environments:
                  admin: {kubeconfig: "%s", namespace: %s}
                  ci: {kubeconfig: ci.kubeconfig, namespace: %s}
                """.formatted(
                        shop.repository(), shop.site().drain(), shop.kubeconfig(), namespace, namespace));
    }
}
