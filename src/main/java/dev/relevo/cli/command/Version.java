package dev.relevo.cli.command;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The engine's version, from its build. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {"relevo " + number(), "Java " + Runtime.version()};
    }

    static String number() {
        try (InputStream in = Version.class.getResourceAsStream("/dev/relevo/cli/version.properties")) {
            Properties properties = new Properties();
            if (in != null) {
                properties.load(in);
            }
            return properties.getProperty("version", "unknown");
        } catch (IOException e) {
            throw new UncheckedIOException("version.properties cannot be read", e);
        }
    }
}
