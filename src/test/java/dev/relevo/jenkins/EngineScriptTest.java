package dev.relevo.jenkins;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The script that finds the engine")
class EngineScriptTest {
    @TempDir
    Path folder;

    private EngineScript script;

    @BeforeEach
    void anAgent() {
        script = new EngineScript(folder);
    }

    @ParameterizedTest
    @MethodSource("dev.relevo.jenkins.EngineScript#shells")
    void runsTheEngineOnThePathInEveryShell(String shell) throws Exception {
        script.program("bin/relevo", "on the PATH");

        var run = script.run(shell, Map.of(), "config", "explain");

        assertThat(run.out()).isEqualTo("on the PATH: config explain\n");
        assertThat(run.status()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bin/relevo", "relevo"})
    void prefersTheEngineInItsHome(String launcher) throws Exception {
        script.program("bin/relevo", "on the PATH");
        script.program("an engine's home/" + launcher, "at home");

        var run = script.run(
                "sh", Map.of("RELEVO_HOME", folder.resolve("an engine's home").toString()), "build");

        assertThat(run.out()).isEqualTo("at home: build\n");
    }

    @Test
    void doesNotLookElsewhereWhenThereIsNoEngineInItsHome() throws Exception {
        script.program("bin/relevo", "on the PATH");

        var run = script.run("sh", Map.of("RELEVO_HOME", "/nowhere"), "build");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).startsWith("relevo: RELEVO_HOME is [/nowhere], but neither bin/relevo nor relevo in it");
    }

    @Test
    void saysWhatToDoWhenThereIsNoEngineAtAll() throws Exception {
        var run = script.run("sh", Map.of(), "build");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).isEqualTo("""
                        relevo: there is no engine on this agent
                        relevo: put relevo on its PATH, or set RELEVO_HOME, or set RELEVO_URL and RELEVO_SHA256 to have it fetched
                        """);
    }

    @Test
    void endsAsTheEngineEnds() throws Exception {
        JenkinsAgent.program(folder.resolve("bin/relevo"), "#!/bin/sh\nexit 7\n");

        assertThat(script.run("sh", Map.of(), "deploy").status()).isEqualTo(7);
    }

    @Test
    void becomesTheEngineSoThatAnAbortReachesIt() throws Exception {
        JenkinsAgent.program(folder.resolve("bin/relevo"), "#!/bin/sh\necho $$\n");

        var run = script.run("sh", Map.of(), "deploy");

        assertThat(run.out().trim()).isEqualTo(Long.toString(run.pid()));
    }

    @Test
    void tellsTheEngineTheLibrarysVersion() throws Exception {
        JenkinsAgent.program(folder.resolve("bin/relevo"), "#!/bin/sh\necho \"$RELEVO_LIBRARY_VERSION\"\n");

        assertThat(Files.readString(Path.of("pom.xml")))
                .contains("<version>"
                        + script.run("sh", Map.of(), "build").out().trim() + "</version>\n  <name>Relevo</name>");
    }
}
