import { existsSync } from 'node:fs';

/** How to get a program on the system found. */
export function installHint(program) {
  const commands = { java: JAVA, maven: MAVEN, docker: DOCKER };
  return commands[program][system()];
}

/** Both ways to a stack, for a machine that has neither. */
export function stackHint() {
  return [
    `Either Java 17 or newer with Maven:  ${JAVA_AND_MAVEN[system()]}`,
    `or a running Docker engine:          ${DOCKER[system()]}`,
    'or servers that you have: set KAFKA_BROKERS, REDIS_URL and DATABASE_URL.',
  ].join('\n');
}

const JAVA = {
  debian: 'sudo apt-get install -y openjdk-17-jre-headless',
  fedora: 'sudo dnf install -y java-21-openjdk-headless',
  alpine: 'apk add openjdk17-jre-headless',
  arch: 'sudo pacman -S jre17-openjdk-headless',
  macos: 'brew install openjdk@21',
  other: 'install a Java runtime, version 17 or newer',
};
const MAVEN = {
  debian: 'sudo apt-get install -y maven',
  fedora: 'sudo dnf install -y maven',
  alpine: 'apk add maven',
  arch: 'sudo pacman -S maven',
  macos: 'brew install maven',
  other: 'install Apache Maven',
};
const JAVA_AND_MAVEN = {
  debian: 'sudo apt-get install -y openjdk-17-jre-headless maven',
  fedora: 'sudo dnf install -y java-21-openjdk-headless maven',
  alpine: 'apk add openjdk17-jre-headless maven',
  arch: 'sudo pacman -S jre17-openjdk-headless maven',
  macos: 'brew install openjdk@21 maven',
  other: 'install both with the package manager of your system',
};
const DOCKER = {
  debian: 'sudo apt-get install -y docker.io docker-compose-v2 && sudo systemctl start docker',
  fedora: 'sudo dnf install -y moby-engine docker-compose && sudo systemctl start docker',
  alpine: 'apk add docker docker-cli-compose && rc-service docker start',
  arch: 'sudo pacman -S docker docker-compose && sudo systemctl start docker',
  macos: 'brew install --cask docker, then open Docker Desktop',
  other: 'install and start Docker Engine with its compose plugin',
};

function system() {
  if (process.platform === 'darwin') return 'macos';
  if (existsSync('/etc/debian_version')) return 'debian';
  if (existsSync('/etc/fedora-release') || existsSync('/etc/redhat-release')) return 'fedora';
  if (existsSync('/etc/alpine-release')) return 'alpine';
  if (existsSync('/etc/arch-release')) return 'arch';
  return 'other';
}
