# One file for the three images; compose.yaml says by SERVICE which: facade, logging or messages.
FROM maven:3-eclipse-temurin-25 AS build
LABEL project=message-service
WORKDIR /build
# The poms alone first: as long as they stay the same, what they name is not fetched again.
COPY pom.xml ./
COPY common/pom.xml common/
COPY facade/pom.xml facade/
COPY logging/pom.xml logging/
COPY messages/pom.xml messages/
COPY system/pom.xml system/
RUN mvn -B -q package -DskipTests -Denforcer.skip
COPY common common
COPY facade facade
COPY logging logging
COPY messages messages
COPY system system
# Whoever cloned this with a umask that hides files from others: the services run as another user.
RUN mvn -B -q package -DskipTests && chmod -R a+rX .

# A small system starts, works and stops, so that the images' own JVM writes down what it makes of the classes.
FROM eclipse-temurin:25-jre AS archives
LABEL project=message-service
WORKDIR /build
COPY --from=build /build ./
RUN timeout 3m java -jar system/target/system.jar /build archive \
    || echo "There are no archives of classes, so the services will start more slowly."

FROM eclipse-temurin:25-jre
LABEL project=message-service
ARG SERVICE
WORKDIR /app
COPY --from=archives /build/system/jvm.options ./
COPY --from=archives /build/${SERVICE}/target/lib ./lib
# The jar, and its archive if there is one.
COPY --from=archives /build/${SERVICE}/target/${SERVICE}*.* ./
USER 10001:10001
# bash asks by itself: the image has neither curl nor wget. It asks for some seconds, so that a replica that becomes ready
# between two checks need not wait for the next one; a check costs too much processor time to come more often.
HEALTHCHECK --interval=5s --timeout=10s --start-period=90s --retries=2 \
    CMD ["bash", "-c", "until (exec 3<>/dev/tcp/127.0.0.1/$HTTP_PORT && printf 'GET /health/ready HTTP/1.0\\r\\n\\r\\n' >&3 && read -r status <&3 && [[ $status == *' 200 '* ]]); do ((SECONDS < 4)) || exit 1; sleep 0.5; done"]
ENTRYPOINT ["bash", "-c", "exec java @jvm.options -XX:InitialRAMPercentage=12 -XX:MaxRAMPercentage=50 -XX:AOTCache=$(echo *.jsa) -Xlog:aot=off -jar *.jar"]
