package dev.relevo.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.relevo.local.api.ApiServer;
import dev.relevo.local.api.Kubeconfig;
import dev.relevo.local.api.KubernetesStore;
import dev.relevo.local.store.ObjectStore;
import dev.relevo.report.Problem;
import dev.relevo.report.RelevoException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a real TLS server with tokens makes of wrong certificates and credentials. */
class TrustTest {
    @TempDir
    Path folder;

    private ObjectStore store;
    private ApiServer server;
    private Kubeconfig right;

    @BeforeEach
    void start() {
        store = KubernetesStore.open(folder.resolve("objects"));
        server = start("ours");
        right = server.kubeconfig("trusted");
    }

    @AfterEach
    void stop() {
        server.close();
        store.close();
    }

    @Test
    void the_right_certificate_and_token_are_let_in() throws IOException {
        try (KubernetesCluster cluster = connect(right)) {
            assertThat(cluster.get(new ObjectRef(Kind.NAMESPACE, "", "default")))
                    .isPresent();
        }
    }

    @Test
    void a_certificate_of_another_authority_is_told_at_once_with_url_context_and_remedy() throws IOException {
        String otherAuthority;
        try (ApiServer other = start("theirs")) {
            otherAuthority = other.kubeconfig("other").authorityPem();
        }

        Problem problem = failure(new Kubeconfig("mixed-up", right.server(), otherAuthority, right.token()));

        assertThat(problem.code()).isEqualTo(ClusterError.TLS);
        assertThat(problem.summary()).contains(right.server()).contains("[mixed-up]");
        assertThat(problem.remedy().orElseThrow()).contains("certificate-authority-data");
    }

    /** As through a tunnel, where the certificate is not for the host that is connected to. */
    @Test
    void the_certificate_must_be_for_the_server_name_of_the_kubeconfig() throws IOException {
        try (KubernetesCluster cluster = connect(right, "kubernetes.default.svc")) {
            assertThat(cluster.get(new ObjectRef(Kind.NAMESPACE, "", "default")))
                    .isPresent();
        }
        try (KubernetesCluster cluster = connect(right, "elsewhere.example")) {
            Problem problem = failure(cluster);

            assertThat(problem.code()).isEqualTo(ClusterError.TLS);
            assertThat(problem.toString()).contains("elsewhere.example");
        }
    }

    @Test
    void a_wrong_token_is_told_without_showing_it() throws IOException {
        Problem problem = failure(new Kubeconfig("expired", right.server(), right.authorityPem(), "wr0ng-t0ken"));

        assertThat(problem.code()).isEqualTo(ClusterError.UNAUTHORIZED);
        assertThat(problem.summary()).contains("[expired]");
        assertThat(problem.toString()).doesNotContain("wr0ng-t0ken");
    }

    private Problem failure(Kubeconfig kubeconfig) throws IOException {
        try (KubernetesCluster cluster = connect(kubeconfig)) {
            return failure(cluster);
        }
    }

    private static Problem failure(KubernetesCluster cluster) {
        return catchThrowableOfType(
                        RelevoException.class, () -> cluster.get(new ObjectRef(Kind.NAMESPACE, "", "default")))
                .problem();
    }

    private KubernetesCluster connect(Kubeconfig kubeconfig) throws IOException {
        return connect(kubeconfig.toYaml());
    }

    private KubernetesCluster connect(Kubeconfig kubeconfig, String serverName) throws IOException {
        return connect(kubeconfig.toYaml().replaceFirst("( +)server:", "$1tls-server-name: " + serverName + "\n$0"));
    }

    private KubernetesCluster connect(String kubeconfig) throws IOException {
        Path file = Files.writeString(folder.resolve("kubeconfig.yaml"), kubeconfig);
        return KubernetesCluster.connect(Optional.of(file), Optional.empty());
    }

    private ApiServer start(String certificates) {
        return ApiServer.start(
                store, new ApiServer.Options(0, "right-token", folder.resolve(certificates), Optional.empty()));
    }
}
