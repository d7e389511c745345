package dev.relevo.cluster;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.internal.CertUtils;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Opens connections, and decides over what. As with kubectl, where a kubeconfig names a certificate authority nobody else is
 * trusted; the library would add all that the Java installation trusts, and reading those takes longer than a request.
 */
final class ApiHttp {
    private static final Pattern CERTIFICATE =
            Pattern.compile("-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", Pattern.DOTALL);

    private ApiHttp() {}

    /**
     * A connection to the API server of this configuration. Nothing is sent yet.
     *
     * @throws GeneralSecurityException when the certificates cannot be used; {@link IOException} when they cannot be read
     */
    static ApiConnection open(Config config, ServerAddress server, RetryPolicy retries)
            throws GeneralSecurityException, IOException {
        TrustManager[] trusted = trusted(config);
        KeyManager[] keys = SSLUtils.keyManagers(config);
        LibraryTransport library = new LibraryTransport(server.url(), () -> client(config, keys, trusted));
        return new ApiConnection(transport(config, server, keys, trusted, library), server, retries);
    }

    /** What starts fastest, unless the configuration asks for something that only the library does. */
    private static ApiTransport transport(
            Config config, ServerAddress server, KeyManager[] keys, TrustManager[] trusted, LibraryTransport library) {
        if (isSet(config.getHttpProxy()) || isSet(config.getHttpsProxy())) {
            library.open();
            return library;
        }
        return new PooledTransport(
                server.url(),
                Duration.ofMillis(config.getConnectionTimeout()),
                new LibraryHeaders(config),
                PooledTransport.encryption(
                        SSLUtils.sslContext(keys, trusted),
                        Optional.ofNullable(config.getTlsServerName()).filter(ApiHttp::isSet)),
                library);
    }

    private static HttpClient client(Config config, KeyManager[] keys, TrustManager[] trusted) {
        // Keeps the library from reading Java's authorities; what is trusted is said right after.
        boolean everybody = config.isTrustCerts();
        config.setTrustCerts(true);
        try {
            HttpClient.Builder builder = new JdkHttpClientFactory().newBuilder(config);
            builder.sslContext(keys, trusted);
            return builder.build();
        } finally {
            config.setTrustCerts(everybody);
        }
    }

    /** Loads what every first request needs, encryption included, by beginning a handshake with nobody. Nothing is sent. */
    static void warmUp(Config config, ServerAddress server) throws GeneralSecurityException, IOException {
        SSLContext tls = SSLUtils.sslContext(null, new TrustManager[0]);
        SSLEngine engine = tls.createSSLEngine("localhost", 443);
        engine.setUseClientMode(true);
        engine.beginHandshake();
        engine.wrap(
                ByteBuffer.allocate(0), ByteBuffer.allocate(engine.getSession().getPacketBufferSize()));
        tls.getSocketFactory().createSocket().close();
        open(config, server, RetryPolicy.STANDARD).close();
    }

    private static TrustManager[] trusted(Config config) throws GeneralSecurityException, IOException {
        boolean named = isSet(config.getCaCertData()) || isSet(config.getCaCertFile());
        if (config.isTrustCerts() || !named) {
            return SSLUtils.trustManagers(config);
        }
        KeyStore authorities = KeyStore.getInstance(KeyStore.getDefaultType());
        authorities.load(null);
        CertificateFactory certificates = CertificateFactory.getInstance("X.509");
        Matcher pem = CERTIFICATE.matcher(pem(config));
        while (pem.find()) {
            authorities.setCertificateEntry(
                    "authority-" + authorities.size(),
                    certificates.generateCertificate(
                            new ByteArrayInputStream(pem.group().getBytes(StandardCharsets.US_ASCII))));
        }
        if (authorities.size() == 0) {
            throw new CertificateException("there is no PEM certificate in the certificate authority's data");
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(authorities);
        return factory.getTrustManagers();
    }

    private static String pem(Config config) throws IOException {
        try (ByteArrayInputStream bytes =
                CertUtils.getInputStreamFromDataOrFile(config.getCaCertData(), config.getCaCertFile())) {
            return new String(bytes.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private static boolean isSet(@Nullable String value) {
        return value != null && !value.isEmpty();
    }
}
