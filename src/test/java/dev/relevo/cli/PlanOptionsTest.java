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

/** Options of a deploy by a plan that make no sense together are refused before anything else happens. */
class PlanOptionsTest {
    @TempDir
    Path project;

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void writeConfiguration() throws IOException {
        Files.writeString(project.resolve("relevo.yaml"), """
                app: clients
                image: {repository: registry.example.com/team/clients}
                """);
    }

    @Test
    void aHashWithoutAPlanIsAUsageError() {
        assertThat(relevo("deploy", "--approved", "0123456789ab")).isEqualTo(2);
        assertThat(said()).startsWith("error RLV-106: --approved is the hash of a plan, but there is no --plan");
    }

    @Test
    void aPlanHasItsStrategyAlready() {
        assertThat(relevo("deploy", "--plan", "plan.json", "--strategy", "canary"))
                .isEqualTo(2);
        assertThat(said())
                .startsWith("error RLV-106: --strategy has no place beside --plan: the plan says how it goes");
    }

    @Test
    void aPlanThatIsNotThereIsRefused() {
        assertThat(relevo("deploy", "--plan", "plan.json")).isEqualTo(10);
        assertThat(said())
                .startsWith("error RLV-717: The plan [" + project.resolve("plan.json") + "] cannot be used: ");
    }

    private String said() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private int relevo(String... words) {
        PrintStream nowhere = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        Streams streams = new Streams(
                nowhere,
                new PrintStream(err, true, StandardCharsets.UTF_8),
                Map.of("PATH", "/usr/bin:/bin"),
                false,
                80,
                false,
                project,
                CalledAs.usual());
        return new CommandRun(streams).execute(words);
    }
}
