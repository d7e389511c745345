package dev.relevo.samples.clients;

import io.micronaut.context.annotation.Value;
import io.micronaut.serde.annotation.Serdeable;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Properties;

/** Which version of the service answers, and in which pod. */
@Singleton
public class Version {
    private static final String BUILD_INFO = "/build-info.properties";

    private final Shown shown;

    /**
     * What is shown of a version.
     *
     * @param version  the release, or the build's own number and commit when no release was named
     * @param revision the commit that was built, {@code unknown} outside a working copy
     * @param pod      the pod, or the host, that answers
     */
    @Serdeable
    public record Shown(String version, String revision, String pod) {}

    Version(
            @Value("${clients.version}") String release,
            @Value("${clients.pod}") String pod,
            @Value("${clients.host}") String host) {
        Properties build = buildInfo();
        String revision = build.getProperty("revision", "");
        // Left as it is in the file when the build ran outside a working copy.
        boolean known = !revision.isBlank() && !revision.startsWith("$");
        String own = build.getProperty("version") + (known ? "+" + revision : "");
        this.shown = new Shown(
                release.isBlank() ? own : release, known ? revision : "unknown", firstGiven(pod, host, "local"));
    }

    /** The version alone. */
    public String version() {
        return shown.version();
    }

    /** The pod that answers. */
    public String pod() {
        return shown.pod();
    }

    /** Everything that is shown. */
    public Shown shown() {
        return shown;
    }

    private static String firstGiven(String... candidates) {
        return Arrays.stream(candidates)
                .filter(each -> !each.isBlank())
                .findFirst()
                .orElseThrow();
    }

    private static Properties buildInfo() {
        Properties properties = new Properties();
        try (InputStream in = Version.class.getResourceAsStream(BUILD_INFO)) {
            if (in == null) {
                throw new IllegalStateException("The class path holds no [" + BUILD_INFO + "]; build with Maven.");
            }
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read [" + BUILD_INFO + "]", e);
        }
        return properties;
    }
}
