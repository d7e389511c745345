package dev.relevo.samples.clients;

import java.sql.SQLException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Store.CloseableResource;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Hands the same running service, without seed data, to every test that asks for a {@link Service}. */
final class SharedService implements ParameterResolver {
    private record Held(Service service) implements CloseableResource {
        @Override
        public void close() {
            service.close();
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Service.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        ExtensionContext.Store store = context.getRoot().getStore(ExtensionContext.Namespace.GLOBAL);
        return store.getOrComputeIfAbsent(SharedService.class, key -> new Held(start()), Held.class)
                .service();
    }

    private static Service start() {
        try {
            return Service.start(Database.empty());
        } catch (SQLException e) {
            throw new IllegalStateException("No database for the tests", e);
        }
    }
}
