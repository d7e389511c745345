package dev.relevo.local.node;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Locale;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** The {@code httpGet} action: a status from 200 to 399 passes; certificates are not checked, as by a kubelet. */
final class HttpCheck {
    private static final int MOST_OF_A_BODY = 10 * 1024;

    private HttpCheck() {}

    static Probe.Result get(JsonNode httpGet, String host, int port, Duration timeout) {
        String scheme = httpGet.path("scheme").asText("HTTP").toLowerCase(Locale.ROOT);
        String path = httpGet.path("path").asText("/");
        String url = scheme + "://" + host + ":" + port + (path.startsWith("/") ? path : "/" + path);
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) URI.create(url).toURL().openConnection(Proxy.NO_PROXY);
            if (connection instanceof HttpsURLConnection https) {
                https.setSSLSocketFactory(trustingAnyone().getSocketFactory());
                https.setHostnameVerifier((name, session) -> true);
            }
            return exchange(connection, httpGet, timeout);
        } catch (SocketTimeoutException e) {
            return failed(url, "context deadline exceeded (Client.Timeout exceeded while awaiting headers)");
        } catch (ConnectException e) {
            return failed(url, "dial tcp " + host + ":" + port + ": connect: connection refused");
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            return failed(url, String.valueOf(e.getMessage()));
        }
    }

    private static Probe.Result exchange(HttpURLConnection connection, JsonNode httpGet, Duration timeout)
            throws IOException {
        int millis = (int) timeout.toMillis();
        connection.setConnectTimeout(millis);
        connection.setReadTimeout(millis);
        connection.setRequestProperty("User-Agent", "kube-probe/1.34");
        connection.setRequestProperty("Accept", "*/*");
        connection.setRequestProperty("Connection", "close");
        for (JsonNode header : httpGet.path("httpHeaders")) {
            connection.setRequestProperty(
                    header.path("name").asText(), header.path("value").asText());
        }
        int status = connection.getResponseCode();
        try (InputStream body = status >= 400 ? connection.getErrorStream() : connection.getInputStream()) {
            if (body != null) {
                body.readNBytes(MOST_OF_A_BODY);
            }
        } finally {
            connection.disconnect();
        }
        return status >= 200 && status < 400
                ? new Probe.Result(true, "")
                : new Probe.Result(false, "HTTP probe failed with statuscode: " + status);
    }

    private static Probe.Result failed(String url, String why) {
        return new Probe.Result(false, "Get \"" + url + "\": " + why);
    }

    private static SSLContext trustingAnyone() throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
                null,
                new TrustManager[] {
                    new X509TrustManager() {
                        @Override
                        public void checkClientTrusted(X509Certificate[] chain, String type) {}

                        @Override
                        public void checkServerTrusted(X509Certificate[] chain, String type) {}

                        @Override
                        public X509Certificate[] getAcceptedIssuers() {
                            return new X509Certificate[0];
                        }
                    }
                },
                null);
        return context;
    }
}
