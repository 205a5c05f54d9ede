import './src/main';
