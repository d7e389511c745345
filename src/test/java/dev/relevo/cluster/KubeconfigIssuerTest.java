package dev.relevo.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.relevo.report.RelevoException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KubeconfigIssuerTest {
    private static final ObjectRef DEPLOYER =
            new ObjectRef(new Kind("v1", "ServiceAccount"), "prod", "relevo-deployer");
    private static final String ANSWER = """
            {"kind": "TokenRequest", "status": {"token": "a.bounded.token", "expirationTimestamp": "2030-01-01T00:00:00Z"}}
            """;

    @TempDir
    Path folder;

    private final ScriptedServer server = new ScriptedServer();

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void theTokenIsAskedForWithItsLifetimeAndEndsWhenTheServerSays() throws IOException {
        server.then(201, ANSWER);

        IssuedKubeconfig issued = issue();

        assertThat(server.seen).singleElement().satisfies(request -> {
            assertThat(request.method()).isEqualTo("POST");
            assertThat(request.path()).isEqualTo("/api/v1/namespaces/prod/serviceaccounts/relevo-deployer/token");
            assertThat(request.body()).contains("\"expirationSeconds\":3600");
        });
        assertThat(issued.expires()).contains(Instant.parse("2030-01-01T00:00:00Z"));
        assertThat(issued.text()).isEqualTo("""
                apiVersion: v1
                kind: Config
                current-context: production
                clusters:
                - name: production
                  cluster:
                    server: %s
                users:
                - name: relevo-deployer
                  user:
                    token: a.bounded.token
                contexts:
                - name: production
                  context:
                    cluster: production
                    user: relevo-deployer
                    namespace: prod
                """.formatted(server.url()));
        assertThat(issued.masked("****")).doesNotContain("a.bounded.token").contains("token: '****'");
    }

    @Test
    void theFileIsForItsOwnerAloneAlsoWhenAnOlderOneWasForAll() throws IOException {
        server.then(201, ANSWER);
        Path file = Files.writeString(folder.resolve("prod.kubeconfig"), "old");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));

        issue().write(file);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(Files.readString(file)).contains("a.bounded.token");
        try (var left = Files.list(folder)) {
            assertThat(left.map(path -> path.getFileName().toString())).containsOnly("prod.kubeconfig", "admin");
        }
    }

    @Test
    void aFolderThatIsNotThereIsNamed() throws IOException {
        server.then(201, ANSWER);
        Path file = folder.resolve("nowhere/prod.kubeconfig");

        RelevoException failure = catchThrowableOfType(RelevoException.class, () -> issue().write(file));

        assertThat(failure.problem().code()).isEqualTo(ClusterError.KUBECONFIG_FILE);
        assertThat(failure.problem().summary()).contains("[" + file + "]");
    }

    @Test
    void anAccountThatIsNotThereAndARightThatIsMissingAreToldApart() {
        server.then(404, "{\"kind\": \"Status\", \"message\": \"serviceaccounts \\\"relevo-deployer\\\" not found\"}");
        RelevoException missing = catchThrowableOfType(RelevoException.class, this::issue);
        server.then(
                403, "{\"kind\": \"Status\", \"message\": \"User \\\"joe\\\" cannot create serviceaccounts/token\"}");
        RelevoException forbidden = catchThrowableOfType(RelevoException.class, this::issue);

        assertThat(missing.problem().code()).isEqualTo(ClusterError.NO_TOKEN);
        assertThat(missing.problem().summary()).startsWith("There is no ServiceAccount/relevo-deployer in prod");
        assertThat(missing.problem().remedy().orElseThrow()).contains("create serviceaccount relevo-deployer");
        assertThat(forbidden.problem().code()).isEqualTo(ClusterError.NO_TOKEN);
        assertThat(forbidden.problem().remedy().orElseThrow()).contains("create serviceaccounts/token in prod");
    }

    private IssuedKubeconfig issue() throws IOException {
        Path admin = Files.writeString(folder.resolve("admin"), """
                apiVersion: v1
                kind: Config
                current-context: admin
                clusters: [{name: c, cluster: {server: "%s"}}]
                users: [{name: u, user: {token: admin-token}}]
                contexts: [{name: admin, context: {cluster: c, user: u}}]
                """.formatted(server.url()));
        try (KubeconfigIssuer issuer = KubeconfigIssuer.connect(Optional.of(admin), Optional.empty())) {
            return issuer.issue(DEPLOYER, Duration.ofHours(1), "production", "prod");
        }
    }
}
