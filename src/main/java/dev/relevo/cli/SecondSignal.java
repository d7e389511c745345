package dev.relevo.cli;

import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.util.Map;

/**
 * Makes a second SIGTERM or Ctrl-C end the process at once; the virtual machine itself ignores it while it is going down. The
 * class that knows signals is not part of the Java platform's promise, so it is looked up, and where it is missing a second
 * signal does nothing.
 */
final class SecondSignal {
    /** What a shell adds to the number of the signal that ended a program. */
    private static final int SIGNALLED = 128;

    private static final Map<String, Integer> SIGNALS = Map.of("INT", 2, "TERM", 15);

    private SecondSignal() {}

    /** @param said printed before the process ends */
    static void endsAtOnce(PrintStream err, String said) {
        SIGNALS.forEach((name, number) -> {
            try {
                Class<?> signal = Class.forName("sun.misc.Signal");
                Class<?> handler = Class.forName("sun.misc.SignalHandler");
                Object halt = Proxy.newProxyInstance(
                        handler.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                            err.println(said);
                            Runtime.getRuntime().halt(SIGNALLED + number);
                            return proxy;
                        });
                Object unused = signal.getMethod("handle", signal, handler)
                        .invoke(null, signal.getConstructor(String.class).newInstance(name), halt);
            } catch (ReflectiveOperationException | IllegalArgumentException notHere) {
                // Another virtual machine, or a system without this signal: the first one goes its way.
                return;
            }
        });
    }
}
