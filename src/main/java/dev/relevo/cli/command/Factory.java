package dev.relevo.cli.command;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import picocli.CommandLine;

/** Makes commands, giving the session to those that want it. */
final class Factory implements CommandLine.IFactory {
    private final Session session;
    private final CommandLine.IFactory usual = CommandLine.defaultFactory();

    Factory(Session session) {
        this.session = session;
    }

    @Override
    public <K> K create(Class<K> type) throws Exception {
        for (Constructor<?> constructor : type.getDeclaredConstructors()) {
            if (constructor.getParameterCount() == 1 && constructor.getParameterTypes()[0] == Session.class) {
                try {
                    return type.cast(constructor.newInstance(session));
                } catch (InvocationTargetException e) {
                    throw new IllegalStateException(type + " cannot be made", e.getCause());
                }
            }
        }
        return usual.create(type);
    }
}
