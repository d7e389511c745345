package dev.relevo.samples.clients;

import io.micronaut.context.ApplicationContext;
import io.micronaut.http.server.exceptions.ServerStartupException;
import io.micronaut.runtime.server.EmbeddedServer;
import io.swagger.v3.oas.annotations.OpenAPIDefinition;
import io.swagger.v3.oas.annotations.info.Info;
import io.swagger.v3.oas.annotations.info.License;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the service, and hands a SIGTERM over to {@link GracefulExit}. */
@OpenAPIDefinition(
        info =
                @Info(
                        title = "Clients",
                        version = "1",
                        description = "A register of clients and their money.",
                        license = @License(name = "Apache-2.0")))
public final class Application {
    private static final Logger LOG = LoggerFactory.getLogger(Application.class);

    private Application() {}

    /**
     * Runs until the process gets a signal. A service that cannot start says why in one line and exits with status 1.
     *
     * @param args configuration in the form {@code -name=value}, above the environment
     */
    public static void main(String[] args) {
        try {
            ApplicationContext context = ApplicationContext.builder()
                    .mainClass(Application.class)
                    .args(args)
                    .banner(false)
                    .start();
            EmbeddedServer server = context.getBean(EmbeddedServer.class).start();
            // Not Micronaut.run: the hook that it installs closes the port at once, before any load balancer took note.
            Termination.leavesBy(context.getBean(GracefulExit.class));
            LOG.info("Version {} answers at {}", context.getBean(Version.class).version(), server.getURI());
        } catch (RuntimeException e) {
            LOG.error("The service cannot start: {}", reason(e));
            LOG.debug("Cause", e);
            System.exit(1);
        }
    }

    /**
     * The one cause that a person can act on: of the seed file, of the database or of the port; without any of them the
     * root. Those below it say less ("Connection refused"), those above it name beans.
     */
    private static String reason(Throwable thrown) {
        Throwable at = thrown;
        while (true) {
            if (at instanceof SeedException) {
                return at.getMessage();
            } else if (at instanceof SQLException) {
                return at.getMessage() + " (see DB_URL, DB_USERNAME and DB_PASSWORD)";
            } else if (at instanceof ServerStartupException) {
                return at.getMessage() + " (see MICRONAUT_SERVER_HOST and MICRONAUT_SERVER_PORT)";
            } else if (at.getCause() == null) {
                return String.valueOf(at.getMessage());
            }
            at = at.getCause();
        }
    }
}
