package dev.relevo.local.api;

import dev.relevo.local.access.Action;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads from a request what it wants to do, by its method and path alone; after the {@code RequestInfo} of Kubernetes. */
final class Actions {
    private static final Pattern NAMED = Pattern.compile("(?:^|,)metadata\\.name==?([^,!=/%]+)(?:,|$)");

    private Actions() {}

    static Action of(ApiRequest request) {
        List<String> parts = new ArrayList<>();
        for (String part : request.path().split("/")) {
            if (!part.isEmpty()) {
                parts.add(part);
            }
        }
        boolean core = !parts.isEmpty() && parts.get(0).equals("api");
        boolean grouped = !parts.isEmpty() && parts.get(0).equals("apis");
        int start = core ? 2 : 3;
        if ((!core && !grouped) || parts.size() <= start) {
            return new Action.OnPath(request.method().toLowerCase(Locale.ROOT), request.path());
        }
        String group = core ? "" : parts.get(1);
        return onResource(request, group, parts.subList(start, parts.size()));
    }

    private static Action onResource(ApiRequest request, String group, List<String> rest) {
        String namespace = rest.get(0).equals("namespaces") && rest.size() > 1 ? rest.get(1) : "";
        boolean within = !namespace.isEmpty()
                && rest.size() > 2
                && !rest.get(2).equals("status")
                && !rest.get(2).equals("finalize");
        List<String> own = within ? rest.subList(2, rest.size()) : rest;
        String name = own.size() > 1 ? own.get(1) : "";
        String verb = verb(request, name.isEmpty());
        if (name.isEmpty() && (verb.equals("list") || verb.equals("watch"))) {
            Matcher selected = NAMED.matcher(request.parameter("fieldSelector").orElse(""));
            name = selected.find() ? selected.group(1) : "";
        }
        return new Action.OnResource(verb, group, own.get(0), own.size() > 2 ? own.get(2) : "", namespace, name);
    }

    private static String verb(ApiRequest request, boolean collection) {
        return switch (request.method()) {
            case "POST" -> "create";
            case "PUT" -> "update";
            case "PATCH" -> "patch";
            case "DELETE" -> collection ? "deletecollection" : "delete";
            case "GET", "HEAD" -> !collection ? "get" : request.flag("watch") ? "watch" : "list";
            default -> request.method().toLowerCase(Locale.ROOT);
        };
    }
}
