package dev.relevo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relevo.cli.command.CommandRun;
import dev.relevo.cli.console.CalledAs;
import dev.relevo.cli.console.Streams;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with a group's projects is said before any cluster is asked. */
class GroupOptionsTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void projects() throws IOException {
        Files.writeString(folder.resolve("kubeconfig"), """
                apiVersion: v1
                kind: Config
                clusters: [{name: here, cluster: {server: "https://127.0.0.1:1"}}]
                users: [{name: me, user: {token: none}}]
                contexts: [{name: here, context: {cluster: here, user: me}}]
                current-context: here
                """);
        for (String app : new String[] {"prices", "stock"}) {
            Path project = Files.createDirectories(folder.resolve(app));
            Files.writeString(project.resolve("relevo.yaml"), """
                    app: %s
                    image: {repository: registry.example/%s}
                    environments:
                      dev: {kubeconfig: ../kubeconfig, namespace: dev}
                      prod: {kubeconfig: ../kubeconfig, namespace: prod}
                    """.formatted(app, app));
        }
    }

    @Test
    void anAppThatIsAnotherOneThanTheGroupSaysIsNamedWithItsLine() throws IOException {
        group("- {app: prices}", "- {app: shop, path: stock}");

        assertThat(refusal("status", "--group", "group.yaml", "-e", "dev"))
                .startsWith("error RLV-103: group.yaml:5: The app in " + folder.resolve("stock")
                        + " is [stock]; expected [shop]");
    }

    @Test
    void aFolderThatIsNotThereIsNamedWithItsLine() throws IOException {
        group("- {app: orders}");

        assertThat(refusal("status", "--group", "group.yaml"))
                .startsWith("error RLV-103: group.yaml:4: There is no folder [" + folder.resolve("orders")
                        + "] of member [orders]");
    }

    @Test
    void oneAppInOnePlaceIsNotTwoMembers() throws IOException {
        group("- {app: prices}", "- {app: prices, name: again, path: prices, environment: dev}");

        assertThat(refusal("status", "--group", "group.yaml", "-e", "dev"))
                .startsWith("error RLV-103: group.yaml:5: Members [prices] and [again] are both [prices] in [dev] of"
                        + " https://127.0.0.1:1");
    }

    @Test
    void anEnvironmentThatIsMeantForNobodyIsRefused() throws IOException {
        group("- {app: prices, environment: dev}", "- {app: stock, environment: dev}");

        assertThat(refusal("deploy", "--group", "group.yaml", "-e", "prod"))
                .startsWith("error RLV-106: -e is [prod], but every member of group [checkout] names an environment of"
                        + " its own");
    }

    @Test
    void whatIsWrongWithOneProjectIsSaidWithItsMember() throws IOException {
        group("- {app: prices, environment: prd}");

        assertThat(refusal("plan", "--group", "group.yaml"))
                .startsWith(
                        "error RLV-104: prices: There is no environment [prd] in relevo.yaml; did you mean [prod]?");
    }

    @Test
    void plansOfGroupsAreNotFrozen() throws IOException {
        group("- {app: prices}");

        assertThat(refusal("plan", "--group", "group.yaml", "--out", "plan.json"))
                .startsWith("error RLV-106: --out freezes the plan of one app, not of a group");
        assertThat(refusal("deploy", "--group", "group.yaml", "--plan", "plan.json"))
                .startsWith("error RLV-106: --plan and --approved are for one app, not for a group");
    }

    private void group(String... members) throws IOException {
        Files.writeString(
                folder.resolve("group.yaml"),
                "kind: Group\nname: checkout\nmembers:\n  " + String.join("\n  ", members) + "\n");
    }

    private String refusal(String... words) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Streams streams = new Streams(
                new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                Map.of(),
                false,
                80,
                false,
                folder,
                CalledAs.usual());
        assertThat(new CommandRun(streams).execute(words)).isEqualTo(2);
        return err.toString(StandardCharsets.UTF_8);
    }
}
