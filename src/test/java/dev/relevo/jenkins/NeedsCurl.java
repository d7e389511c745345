package dev.relevo.jenkins;

import java.io.File;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.EnabledIf;

/** A test of a script that fetches something with curl, which a machine with no more than a JDK, Maven and git may not have. */
@EnabledIf(
        value = "dev.relevo.jenkins.NeedsCurl$Machine#hasCurl",
        disabledReason = "curl is not installed, so what is fetched with it is not checked")
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
public @interface NeedsCurl {
    /** What this machine has. */
    final class Machine {
        private Machine() {}

        static boolean hasCurl() {
            return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                    .anyMatch(folder -> Files.isExecutable(Path.of(folder, "curl")));
        }
    }
}
