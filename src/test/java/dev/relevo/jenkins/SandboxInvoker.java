package dev.relevo.jenkins;

import com.cloudbees.groovy.cps.impl.CallSiteBlock;
import com.cloudbees.groovy.cps.sandbox.DefaultInvoker;
import com.cloudbees.groovy.cps.sandbox.Invoker;
import com.cloudbees.groovy.cps.sandbox.Untrusted;
import groovy.lang.Closure;
import groovy.lang.Script;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.codehaus.groovy.runtime.GStringImpl;
import org.codehaus.groovy.runtime.ScriptBytecodeAdapter;

/**
 * Stands between a program and everything that it calls, as the sandbox of a Jenkins with the Script Security plugin does:
 * scripts and their closures are the program's own, all else must be on the list.
 */
final class SandboxInvoker extends DefaultInvoker {
    private static final long serialVersionUID = 1L;
    private static final SandboxList PERMITTED = SandboxList.read("sandbox-list.txt");

    /** Arithmetic that Script Security lets pass between numbers whatever its list says. */
    private static final Set<String> ARITHMETIC = Set.of("plus", "minus", "intdiv", "next", "previous");

    @Override
    public Invoker contextualize(CallSiteBlock site) {
        return site.getTags().contains(Untrusted.INSTANCE) ? this : Invoker.INSTANCE;
    }

    @Override
    public Object methodCall(Object receiver, String method, Object[] args) throws Throwable {
        boolean arithmetic = receiver instanceof Number && ARITHMETIC.contains(method);
        if (!isOwn(receiver, method)
                && !arithmetic
                && !isCast(receiver, method)
                && !PERMITTED.permitsMethod(receiver, method, args)) {
            throw refused("method", receiver, method, args);
        }
        return super.methodCall(receiver, method, args);
    }

    @Override
    public Object constructorCall(Class type, Object[] args) throws Throwable {
        // A text with placeholders is an object of this class.
        if (type.equals(GStringImpl.class)) {
            return super.constructorCall(type, args);
        }
        throw refused("new", type, "", args);
    }

    @Override
    public Object getProperty(Object receiver, String property) throws Throwable {
        if (!(receiver instanceof Map)
                && !isOwn(receiver, accessor("get", property))
                && !PERMITTED.permitsStaticField(receiver, property)
                && !PERMITTED.permitsMethod(receiver, accessor("get", property), new Object[0])) {
            throw refused("property", receiver, property);
        }
        return super.getProperty(receiver, property);
    }

    @Override
    public void setProperty(Object receiver, String property, Object value) throws Throwable {
        if (!(receiver instanceof Map)
                && !isOwn(receiver, accessor("set", property))
                && !PERMITTED.permitsMethod(receiver, accessor("set", property), new Object[] {value})) {
            throw refused("assignment to property", receiver, property);
        }
        super.setProperty(receiver, property, value);
    }

    @Override
    public Object getAttribute(Object receiver, String name) {
        throw refused("field", receiver, name);
    }

    @Override
    public void setAttribute(Object receiver, String name, Object value) {
        throw refused("assignment to field", receiver, name);
    }

    @Override
    public Object getArray(Object receiver, Object index) throws Throwable {
        if (!PERMITTED.permitsMethod(receiver, "getAt", new Object[] {index})) {
            throw refused("method", receiver, "getAt", index);
        }
        return super.getArray(receiver, index);
    }

    @Override
    public void setArray(Object receiver, Object index, Object value) throws Throwable {
        if (!PERMITTED.permitsMethod(receiver, "putAt", new Object[] {index, value})) {
            throw refused("method", receiver, "putAt", index, value);
        }
        super.setArray(receiver, index, value);
    }

    @Override
    public Object methodPointer(Object receiver, String method) {
        throw refused("pointer to method", receiver, method);
    }

    // A script, or one of its closures, finds a name of its own or a step by it, unless Groovy has a meaning for the
    // name.
    private static boolean isOwn(Object receiver, String method) {
        if (receiver instanceof Closure) {
            return method.equals("call") || !isMethodOf(Closure.class, method);
        }
        return receiver instanceof PipelineScript && !isMethodOf(Script.class, method);
    }

    // Declaring a variable with a type is a conversion in the eyes of the transformer.
    private static boolean isCast(Object receiver, String method) {
        return receiver.equals(ScriptBytecodeAdapter.class) && (method.equals("asType") || method.equals("castToType"));
    }

    private static boolean isMethodOf(Class<?> type, String name) {
        return Stream.of(type.getMethods()).anyMatch(method -> method.getName().equals(name));
    }

    private static String accessor(String prefix, String property) {
        return prefix + property.substring(0, 1).toUpperCase(Locale.ROOT) + property.substring(1);
    }

    private static SecurityException refused(String kind, Object receiver, String name, Object... args) {
        Class<?> type = receiver instanceof Class<?> c ? c : receiver.getClass();
        return new SecurityException("Scripts not permitted to use " + kind + " " + type.getName() + " " + name + " "
                + Arrays.toString(args));
    }
}
