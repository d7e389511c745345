package dev.relevo.local.node;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Tells a process which address and port to listen on, in the variables that common frameworks read. A container has an
 * address of its own and listens on all of it; pods of one machine share its addresses, so each must keep to its own.
 */
final class FrameworkVariables {
    private static final List<String> HOSTS = List.of(
            "HOST",
            "BIND_ADDRESS",
            "LISTEN_ADDRESS",
            "SERVER_HOST",
            "SERVER_ADDRESS",
            "MANAGEMENT_SERVER_ADDRESS",
            "MICRONAUT_SERVER_HOST",
            "QUARKUS_HTTP_HOST",
            "FLASK_RUN_HOST",
            "UVICORN_HOST");
    private static final List<String> PORTS = List.of(
            "PORT", "SERVER_PORT", "MICRONAUT_SERVER_PORT", "QUARKUS_HTTP_PORT", "FLASK_RUN_PORT", "UVICORN_PORT");

    private FrameworkVariables() {}

    /** The variables for a container with these ports, the main one first. */
    static Map<String, String> of(PodAddress address, List<Integer> containerPorts) {
        Map<String, String> variables = new LinkedHashMap<>();
        HOSTS.forEach(name -> variables.put(name, address.ip()));
        if (!containerPorts.isEmpty()) {
            String port = String.valueOf(address.port(containerPorts.get(0)));
            PORTS.forEach(name -> variables.put(name, port));
            variables.put("ASPNETCORE_URLS", "http://" + address.ip() + ":" + port);
            variables.put("GUNICORN_CMD_ARGS", "--bind=" + address.ip() + ":" + port);
        }
        return variables;
    }
}
