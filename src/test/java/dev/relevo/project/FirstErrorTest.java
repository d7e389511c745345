package dev.relevo.project;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relevo.report.TerminalCodes;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each output is what the tool really printed, shortened. */
class FirstErrorTest {
    private static String found(String output) {
        FirstError error = new FirstError(Path.of("/srv/shop"));
        output.lines().map(TerminalCodes::without).forEach(error::read);
        return error.found().orElse("nothing");
    }

    static Stream<Arguments> outputs() {
        return Stream.of(
                Arguments.of("Maven", """
                        \u001b[0m\u001b[0m[\u001b[1;31mERROR\u001b[m] COMPILATION ERROR :\s
                        [ERROR] /srv/shop/src/main/java/Main.java:[3,22] cannot find symbol
                          symbol:   method missing()
                          location: class Main
                        [ERROR] /srv/shop/src/main/java/Main.java:[4,22] incompatible types
                        [ERROR] Failed to execute goal org.apache.maven.plugins:maven-compiler-plugin:3.14.1:compile
                        """, "src/main/java/Main.java:3: cannot find symbol: method missing()"),
                Arguments.of(
                        "Maven without a dependency",
                        """
                        [INFO] Scanning for projects...
                        [INFO] BUILD FAILURE
                        [ERROR] Failed to execute goal on project shop: Could not resolve a:b:jar:1 -> [Help 1]
                        [ERROR]\s
                        """,
                        "Failed to execute goal on project shop: Could not resolve a:b:jar:1"),
                Arguments.of(
                        "Gradle with javac", """
                        > Task :compileJava FAILED
                        /srv/shop/src/main/java/Main.java:3: error: cannot find symbol
                            int a() { return missing(); }
                                             ^
                          symbol:   method missing()
                          location: class Main
                        1 error
                        FAILURE: Build failed with an exception.
                        * What went wrong:
                        Execution failed for task ':compileJava'.
                        """, "src/main/java/Main.java:3: cannot find symbol: method missing()"),
                Arguments.of("Gradle", """
                        FAILURE: Build failed with an exception.

                        * What went wrong:
                        Could not determine the dependencies of task ':test'.
                        > Could not resolve a:b:1.
                        """, "Could not determine the dependencies of task ':test'."),
                Arguments.of(
                        "Kotlin",
                        "e: file:///srv/shop/src/Main.kt:7:5 Unresolved reference 'x'.\n",
                        "src/Main.kt:7: Unresolved reference 'x'."),
                Arguments.of(
                        "TypeScript",
                        "src/app.ts(3,5): error TS2304: Cannot find name 'x'.\nnpm error code 2\n",
                        "src/app.ts:3: TS2304: Cannot find name 'x'."),
                Arguments.of("npm", """
                        npm error Missing script: "test"
                        npm error
                        npm error To see a list of scripts, run:
                        """, "Missing script: \"test\""),
                Arguments.of("Node", """
                        > shop@1.0.0 test
                        > node check.js

                        node:internal/modules/cjs/loader:1228
                          throw err;
                          ^

                        Error: Cannot find module '/srv/shop/check.js'
                            at Module._resolveFilename (node:internal/modules/cjs/loader:1225:15)
                        npm error Lifecycle script `test` failed with error:
                        """, "Error: Cannot find module '/srv/shop/check.js'"),
                Arguments.of("pytest", """
                        ImportError while loading conftest '/srv/shop/conftest.py'.
                        conftest.py:1: in <module>
                            import nothere
                        E   ModuleNotFoundError: No module named 'nothere'
                        """, "ModuleNotFoundError: No module named 'nothere'"),
                Arguments.of(
                        "an exception in the log of a build that fails later",
                        """
                        java.lang.IllegalStateException: expected by a test
                        [ERROR] The forked VM terminated without saying properly goodbye
                        """,
                        "The forked VM terminated without saying properly goodbye"),
                Arguments.of("no error at all", "Tests run: 3\nall is well\n", "nothing"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("outputs")
    void theFirstMessageThatSaysWhyIsFound(String tool, String output, String expected) {
        assertThat(found(output)).as(tool).isEqualTo(expected);
    }

    @Test
    void whatIsMeantForATerminalIsLeftOut() {
        assertThat(TerminalCodes.without("\u001b[0m\u001b[1;31mred\u001b[m \u001b]0;title\u0007text"))
                .isEqualTo("red text");
        assertThat(TerminalCodes.without("plain [0m text")).isEqualTo("plain [0m text");
    }
}
